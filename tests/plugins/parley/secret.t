# secret.t - after SECRET nobody can read any more
C SECRET\nSECRET\n
> SECRET\nSECRET\n
S NO\n
< NO\n
S OK\n
< OK\n
detached
C CALL 1.2.3.4 5\n\0\xff
> CALL 1.2.3.4 5\n\0\xff
C! \xf2
>! \xf2
S DATA 10.0.0.6 1\n
< DATA 10.0.0.6 1\n
S|
<|
C|
>|
