# slots.t - CLUSTER SLOTS: the nodes are shown where the client reaches them; its own server where it has dialled
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *2\r\n*4\r\n:0\r\n:5460\r\n*4\r\n$8\r\n10.0.0.1\r\n:7000\r\n$3\r\nid1\r\n
+ *0\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n*0\r\n*3\r\n:5461\r\n
+ :16383\r\n*4\r\n$8\r\n10.0.0.3\r\n:7000\r\n$3\r\nid3\r\n*2\r\n$8\r\n
+ hostname\r\n$9\r\nc.example\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< *2\r\n*4\r\n:0\r\n:5460\r\n*4\r\n$10\r\n127.77.0.1\r\n:7000\r\n$3\r\n
+ id1\r\n*0\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n*0\r\n
+ *3\r\n:5461\r\n:16383\r\n*4\r\n$10\r\n127.77.0.1\r\n:40003\r\n$3\r\n
+ id3\r\n*2\r\n$8\r\nhostname\r\n$10\r\n127.77.0.1\r\n
count nodes 3
# Of an old server, without ids; an empty host is the server itself.
C *2\r\n$7\r\ncluster\r\n$5\r\nslots\r\n
> *2\r\n$7\r\ncluster\r\n$5\r\nslots\r\n
S *1\r\n*4\r\n:0\r\n:9\r\n*2\r\n$0\r\n\r\n:7000\r\n*2\r\n$8\r\n10.0.0.2\r\n
+ :7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*4\r\n:0\r\n:9\r\n*2\r\n$10\r\n127.77.0.1\r\n:7000\r\n*2\r\n$10\r\n
+ 127.77.0.1\r\n:40002\r\n
# No slots; an error.
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
S *0\r\n
< *0\r\n
S -ERR This instance has cluster support disabled\r\n
< -ERR This instance has cluster support disabled\r\n
