# forward.t - DATA names the server; the client must hear of the agent instead
C OPEN\nSTAT\n
> OPEN\n
> STAT\n
S DATA 10.0.0.5 50000\nOK\n
expect forward 10.0.0.5:50000 = 127.0.0.1:40001
< DATA 127.0.0.1 40001\n
< OK\n
count data 1
C|
>|
S|
<|
