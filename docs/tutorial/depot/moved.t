# moved.t - another node has the value
C GET a\nGET b\n
> GET a\nGET b\n
S @10.0.0.9:7\n@node4.example:7\n
expect forward 10.0.0.9:7 shared inspect lifetime=6h = 127.0.0.1:41001
expect forward node4.example:7 shared inspect lifetime=6h = denied
< @127.0.0.1:41001\n
< -cannot reach that node: policy allows none of the targets\n
count refused 1
