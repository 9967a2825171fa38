# shards.t - CLUSTER SHARDS, of RESP2 and RESP3
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$6\r\nSHARDS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$6\r\nSHARDS\r\n
S *2\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:5\r\n$5\r\nnodes\r\n*2\r\n*16\r\n
+ $2\r\nid\r\n$3\r\nid1\r\n$4\r\nport\r\n:7000\r\n$2\r\nip\r\n$8\r\n
+ 10.0.0.1\r\n$8\r\nendpoint\r\n$8\r\n10.0.0.1\r\n$8\r\nhostname\r\n$0\r\n
+ \r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-offset\r\n:0\r\n
+ $6\r\nhealth\r\n$6\r\nonline\r\n*16\r\n$2\r\nid\r\n$3\r\nid2\r\n$4\r\n
+ port\r\n:7000\r\n$2\r\nip\r\n$8\r\n10.0.0.2\r\n$8\r\nendpoint\r\n$8\r\n
+ 10.0.0.2\r\n$8\r\nhostname\r\n$0\r\n\r\n$4\r\nrole\r\n$6\r\nmaster\r\n
+ $18\r\nreplication-offset\r\n:0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n*4\r\n
+ $5\r\nslots\r\n*2\r\n:6\r\n:9\r\n$5\r\nnodes\r\n*1\r\n*16\r\n$2\r\nid\r\n
+ $3\r\nid3\r\n$4\r\nport\r\n:7000\r\n$2\r\nip\r\n$8\r\n10.0.0.3\r\n$8\r\n
+ endpoint\r\n$8\r\n10.0.0.3\r\n$8\r\nhostname\r\n$0\r\n\r\n$4\r\nrole\r\n
+ $6\r\nmaster\r\n$18\r\nreplication-offset\r\n:0\r\n$6\r\nhealth\r\n$6\r\n
+ online\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< *2\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:5\r\n$5\r\nnodes\r\n*2\r\n*16\r\n
+ $2\r\nid\r\n$3\r\nid1\r\n$4\r\nport\r\n:7000\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n$8\r\nendpoint\r\n$10\r\n127.77.0.1\r\n$8\r\nhostname\r\n
+ $0\r\n\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-offset\r\n
+ :0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n*16\r\n$2\r\nid\r\n$3\r\nid2\r\n
+ $4\r\nport\r\n:40002\r\n$2\r\nip\r\n$10\r\n127.77.0.1\r\n$8\r\n
+ endpoint\r\n$10\r\n127.77.0.1\r\n$8\r\nhostname\r\n$0\r\n\r\n$4\r\n
+ role\r\n$6\r\nmaster\r\n$18\r\nreplication-offset\r\n:0\r\n$6\r\n
+ health\r\n$6\r\nonline\r\n*4\r\n$5\r\nslots\r\n*2\r\n:6\r\n:9\r\n$5\r\n
+ nodes\r\n*1\r\n*16\r\n$2\r\nid\r\n$3\r\nid3\r\n$4\r\nport\r\n:40003\r\n
+ $2\r\nip\r\n$10\r\n127.77.0.1\r\n$8\r\nendpoint\r\n$10\r\n127.77.0.1\r\n
+ $8\r\nhostname\r\n$0\r\n\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\n
+ replication-offset\r\n:0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n
C *2\r\n$7\r\nCLUSTER\r\n$6\r\nSHARDS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$6\r\nSHARDS\r\n
S *2\r\n%2\r\n$5\r\nslots\r\n*2\r\n:0\r\n:5\r\n$5\r\nnodes\r\n*1\r\n%8\r\n
+ $2\r\nid\r\n$3\r\nid2\r\n$4\r\nport\r\n:7000\r\n$2\r\nip\r\n$8\r\n
+ 10.0.0.2\r\n$8\r\nendpoint\r\n$9\r\nb.example\r\n$8\r\nhostname\r\n$9\r\n
+ b.example\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-offset\r\n
+ :0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n%2\r\n$5\r\nslots\r\n*0\r\n$5\r\n
+ nodes\r\n*0\r\n
expect forward b.example:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *2\r\n%2\r\n$5\r\nslots\r\n*2\r\n:0\r\n:5\r\n$5\r\nnodes\r\n*1\r\n%8\r\n
+ $2\r\nid\r\n$3\r\nid2\r\n$4\r\nport\r\n:40002\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n$8\r\nendpoint\r\n$10\r\n127.77.0.1\r\n$8\r\nhostname\r\n
+ $10\r\n127.77.0.1\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\n
+ replication-offset\r\n:0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n%2\r\n$5\r\n
+ slots\r\n*0\r\n$5\r\nnodes\r\n*0\r\n
