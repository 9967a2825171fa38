# urgent.t - urgent bytes keep their place in what passes, and not in a rewrite
C! A
C BORT\n
>! A
> BORT\n
C! XY
C Z\nOPEN\n
> X
+! Y
> Z\nOPEN\n
S OK\nOK\n
< OK\nOK\n
S! DA
S TA 10.0.0.5 50000\n
expect forward 10.0.0.5:50000 = 127.0.0.1:40001
< DATA 127.0.0.1 40001\n
count data 1
