# own_machine.t - an address of the server's own machine is one of the server's
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *1\r\n*4\r\n:0\r\n:9\r\n*4\r\n$9\r\n127.0.0.1\r\n:7000\r\n$3\r\nid1\r\n
+ *0\r\n*4\r\n$9\r\n127.0.0.1\r\n:7001\r\n$3\r\nid2\r\n*0\r\n
expect forward 10.0.0.1:7001 inspect shared lifetime=1h = 127.77.0.1:40001
< *1\r\n*4\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:7000\r\n$3\r\nid1\r\n
+ *0\r\n*4\r\n$10\r\n127.77.0.1\r\n:40001\r\n$3\r\nid2\r\n*0\r\n
