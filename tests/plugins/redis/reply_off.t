# reply_off.t - CLIENT REPLY: commands without a reply are not waited for
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*3\r\n$6\r\nCLIENT\r\n
+ $5\r\nREPLY\r\n$2\r\nON\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S +OK\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*3\r\n$6\r\nCLIENT\r\n
+ $5\r\nREPLY\r\n$2\r\nON\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n
< +OK\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*3\r\n$6\r\nCLIENT\r\n
+ $5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$5\r\n
+ RESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*3\r\n$6\r\nCLIENT\r\n
+ $5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$5\r\n
+ RESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +RESET\r\n
< +RESET\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *2\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n*2\r\n$6\r\nCLIENT\r\n$4\r\nLIST\r\n
+ *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$5\r\nMAYBE\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n*2\r\n$6\r\nCLIENT\r\n$4\r\nLIST\r\n
+ *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$5\r\nMAYBE\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
S -ERR wrong number\r\n
< -ERR wrong number\r\n
S $23\r\nid=3 addr=10.0.0.2:7000\r\n
< $23\r\nid=3 addr=10.0.0.2:7000\r\n
S -ERR syntax\r\n
< -ERR syntax\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *1\r\n$5\r\nMULTI\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n
+ *1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n
+ *1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
log only MOVED
S +OK\r\n
< +OK\r\n
S +QUEUED\r\n
< +QUEUED\r\n
S *0\r\n
< *0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
S -MOVED 1 10.0.0.2:7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< -MOVED 1 127.77.0.1:40002\r\n
