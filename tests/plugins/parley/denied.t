# denied.t - what policy does not allow, and what fails, is refused in parley's words
C OPEN\nOPEN\nOPEN\nCALL 127.0.0.1 9\n
> OPEN\nOPEN\nOPEN\n
expect reverse 127.0.0.1:9 unarmed = denied
# The call is refused when all that is owed was paid.
S DATA 10.0.0.5 50000\n
expect forward 10.0.0.5:50000 = denied
< NO denied\n
S DATA 10.0.0.5 50001\n
expect forward 10.0.0.5:50001 = failed
< NO denied\n
S DATA 10.0.0.5 50002\n
expect forward 10.0.0.5:50002 = never
time 9s
time 1s
< NO denied\n
audit refused="call"
< NO refused\n
count refused 1
