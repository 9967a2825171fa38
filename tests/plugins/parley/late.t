# late.t - while an answer is on its way the other direction flows
C OPEN\n
> OPEN\n
S DATA 10.0.0.5 50000\nOK\n
expect forward 10.0.0.5:50000 = late 127.0.0.1:40001
C STAT\n
> STAT\n
S OK stat
answer
< DATA 127.0.0.1 40001\nOK\n
count data 1
S \n
< OK stat\n
# A side that ends while its message waits ends behind it.
C OPEN\n
> OPEN\n
S DATA 10.0.0.5 50000\n
expect forward 10.0.0.5:50000 = late denied
S|
answer
< NO denied\n
<|
