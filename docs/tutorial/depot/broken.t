# broken.t - a list without an end of its line
C NODES\n
> NODES\n
S =10\n10.0.0.9:7
reset protocol violation
