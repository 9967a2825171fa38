# broken.t - a NUL is no part of a line
C STAT\n
> STAT\n
C A\0B\n
reset parley: protocol violation
