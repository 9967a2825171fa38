# pipeline.t - replies are told apart in pipelines; values of any size pass unseen
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$4\r\nINFO\r\n$11\r\n
+ replication\r\n*2\r\n$3\r\nGET\r\n$1\r\nm\r\n*1\r\n$4\r\nPING\r\n
> *3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$4\r\nINFO\r\n$11\r\n
+ replication\r\n*2\r\n$3\r\nGET\r\n$1\r\nm\r\n*1\r\n$4\r\nPING\r\n
S +OK\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\n
+ id2\r\n*0\r\n$1\r\nv\r\n$52\r\nrole:slave\r\nmaster_host:10.0.0.3\r\n
+ master_port:7000\r\n\r\n*3\r\n$6\r\n-MOVED\r\n:1\r\n*2\r\n:2\r\n*2\r\n
+ :3\r\n$8\r\n10.0.0.2\r\n+PONG\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< +OK\r\n*1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\n
+ id2\r\n*0\r\n$1\r\nv\r\n$55\r\nrole:slave\r\nmaster_host:127.77.0.1\r\n
+ master_port:40003\r\n\r\n*3\r\n$6\r\n-MOVED\r\n:1\r\n*2\r\n:2\r\n*2\r\n
+ :3\r\n$8\r\n10.0.0.2\r\n+PONG\r\n
C *3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3000\r\n\*3000(x)\r\n
> *3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3000\r\n\*3000(x)\r\n
C *2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n
< +OK\r\n
S $3000\r\n\*500(-MOVED)\r\n
< $3000\r\n\*500(-MOVED)\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
# All types of RESP3, and an attribute.
C *2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
S *7\r\n,1.5\r\n#t\r\n(12345678901234567890\r\n~2\r\n:1\r\n:2\r\n_\r\n%1\r\n
+ $1\r\na\r\n*0\r\n=5\r\ntxt:x\r\n
< *7\r\n,1.5\r\n#t\r\n(12345678901234567890\r\n~2\r\n:1\r\n:2\r\n_\r\n%1\r\n
+ $1\r\na\r\n*0\r\n=5\r\ntxt:x\r\n
S |1\r\n+ttl\r\n:3600\r\n$1\r\nv\r\n
< |1\r\n+ttl\r\n:3600\r\n$1\r\nv\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
# Pushes answer nothing.
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S >2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n
< >2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n
S |1\r\n+a\r\n*1\r\n:3600\r\n
< |1\r\n+a\r\n*1\r\n:3600\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
# Commands that Redis does not answer.
C *0\r\n*-1\r\n\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *0\r\n*-1\r\n\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
