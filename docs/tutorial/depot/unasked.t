# unasked.t - a reply that nobody has asked for
C NODES\n
> NODES\n
S -busy\n
< -busy\n
S +OK\n
reset protocol violation
