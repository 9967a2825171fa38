# too_long.t - a list that names nodes and is too long passes as it is, however it arrives
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$70000\r\n\*70000(x)\r\n$3\r\nid2\r\n
log a reply that names nodes is too long; it passes with the servers' own addresses
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$70000\r\n\*70000(x)\r\n$3\r\nid2\r\n
