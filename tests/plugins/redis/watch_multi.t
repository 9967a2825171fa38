# watch_multi.t - WATCH in a transaction is answered by an error, and is no part of it
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$5\r\nMULTI\r\n*2\r\n$5\r\nWATCH\r\n$1\r\nk\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$5\r\nWATCH\r\n$1\r\nk\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n
S +OK\r\n
< +OK\r\n
S -ERR WATCH inside MULTI is not allowed\r\n
< -ERR WATCH inside MULTI is not allowed\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S *1\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\n
+ id2\r\n*0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\n
+ id2\r\n*0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
