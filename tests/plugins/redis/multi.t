# multi.t - what EXEC answers is a list of the replies to what came before it
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\n
+ EXEC\r\n*2\r\n$3\r\nGET\r\n$1\r\nx\r\n
> *1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\n
+ EXEC\r\n*2\r\n$3\r\nGET\r\n$1\r\nx\r\n
S +OK\r\n
< +OK\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S *3\r\n+OK\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n
+ $3\r\nid2\r\n*0\r\n$1\r\nb\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *3\r\n+OK\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n
+ $3\r\nid2\r\n*0\r\n$1\r\nb\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
# Aborted, empty, moved, discarded.
C *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$3\r\n
+ BAD\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$3\r\nGET\r\n$1\r\nx\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$3\r\n
+ BAD\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$3\r\nGET\r\n$1\r\nx\r\n
S +OK\r\n
< +OK\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S -ERR unknown command\r\n
< -ERR unknown command\r\n
S -EXECABORT Transaction discarded\r\n
< -EXECABORT Transaction discarded\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
C *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\n
+ EXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\n
+ EXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n
< +OK\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S *-1\r\n
< *-1\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *1\r\n$5\r\nMULTI\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nEXEC\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nEXEC\r\n
S +OK\r\n
< +OK\r\n
S -MOVED 1 10.0.0.2:7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< -MOVED 1 127.77.0.1:40002\r\n
S -EXECABORT Transaction discarded\r\n
< -EXECABORT Transaction discarded\r\n
C *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$7\r\n
+ DISCARD\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$7\r\n
+ DISCARD\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n
< +OK\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S +OK\r\n
< +OK\r\n
S -ERR EXEC without MULTI\r\n
< -ERR EXEC without MULTI\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
# A MULTI within, which is refused; a transaction that does not matter; one whose MULTI was refused.
C *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$5\r\n
+ MULTI\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$5\r\n
+ MULTI\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n
< +OK\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S -ERR MULTI calls can not be nested\r\n
< -ERR MULTI calls can not be nested\r\n
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
C *1\r\n$5\r\nMULTI\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\nb\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\nb\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n
< +OK\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S *2\r\n*1\r\n$1\r\nx\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n
+ :7000\r\n$3\r\nid2\r\n*0\r\n
< *2\r\n*1\r\n$1\r\nx\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n
+ :7000\r\n$3\r\nid2\r\n*0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\n
+ EXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\n
+ EXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S -NOAUTH x\r\n
< -NOAUTH x\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
S -ERR EXEC without MULTI\r\n
< -ERR EXEC without MULTI\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
