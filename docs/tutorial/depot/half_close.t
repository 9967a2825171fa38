# half_close.t - a client that has nothing more to say still hears of nodes
C NODES\n
> NODES\n
C|
>|
S =11\n10.0.0.9:7\n
expect forward 10.0.0.9:7 shared inspect lifetime=6h = 127.0.0.1:41001
< =16\n127.0.0.1:41001\n
