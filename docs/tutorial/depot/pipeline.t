# pipeline.t - the list is the second of three replies; values pass unseen
C GET a\nNODES\nPUT b 6\nNODES\nGET c\n
> GET a\nNODES\nPUT b 6\nNODES\nGET c\n
S =12\n10.0.0.9:7\n\n
< =12\n10.0.0.9:7\n\n
S =25\n10.0.0.9:7\n10.0.0.5:7000\n
expect forward 10.0.0.9:7 shared inspect lifetime=6h = 127.0.0.1:41001
< =31\n127.0.0.1:41001\n127.0.0.1:7000\n
count nodes 1
S +OK\n
< +OK\n
