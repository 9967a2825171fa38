# left_out.t - a node that policy does not allow is not in the list
C NODES\n
> NODES\n
S =25\n10.0.0.9:7\n10.9.9.9:7000\n
expect forward 10.0.0.9:7 shared inspect lifetime=6h = 127.0.0.1:41001
expect forward 10.9.9.9:7000 shared inspect lifetime=6h = denied
< =16\n127.0.0.1:41001\n
log node 10.9.9.9:7000 is left out
