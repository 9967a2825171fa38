# third_party.t - nobody may be named but the server itself, and only as a reply
C STAT\n
> STAT\n
S DATA 10.0.0.5 50000\n
< DATA 10.0.0.5 50000\n
C OPEN\nOPEN\nOPEN\nOPEN\n
> OPEN\nOPEN\nOPEN\nOPEN\n
S DATA 10.0.0.6 50000\n
< NO bad address\n
S DATA 10.0.0.5 25\n
< NO bad address\n
S DATA 10.0.0.5 50000 10.0.0.6 50000\n
< NO bad address\n
S DATA 10.0.0.5 50000 and more\n
< NO bad address\n
C CALL 127.0.0.2 5000\n
audit refused="call to a third party"
< NO refused\n
count refused 1
