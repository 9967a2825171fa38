# denied.t - a node to which policy leads nobody keeps its address
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ NODES\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ NODES\r\n
S *1\r\n*4\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n*4\r\n$8\r\n10.0.0.3\r\n:7000\r\n$3\r\nid3\r\n*0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = denied
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< *1\r\n*4\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n*4\r\n$10\r\n127.77.0.1\r\n:40003\r\n$3\r\nid3\r\n*0\r\n
log redirect_allow
count unreachable 1
S $50\r\nid2 10.0.0.2:7000@17000 slave id1 0 1 1 connected\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = failed
< $50\r\nid2 10.0.0.2:7000@17000 slave id1 0 1 1 connected\n\r\n
