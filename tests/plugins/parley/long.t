# long.t - a line of 1024 bytes passes, one of 1025 does not
C \*1023(A)\n
> \*1023(A)\n
S \*1024(B)
# What could still become a line of 1024 bytes is not there.
reset parley: message too long (server, most is 1024)
