# nodes.t - CLUSTER NODES, REPLICAS and SLAVES: the lines of nodes
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
S $308\r\n
+ id1 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460 [93-<-id2]\nid2 10.0.0.2:7000@17000,b.example slave id1 0 1 1 connected\nid3 10.0.0.3:7000@17000,,shard-id=abc master - 0 1 3 connected 5461-16383\nid4 :0@0 slave,fail,noaddr - 0 1 1 disconnected\nid5 2001:db8::5:7000@17000 master - 0 1 5 connected\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
expect forward [2001:db8::5]:7000 inspect shared lifetime=1h = 127.77.0.1:40005
< $317\r\n
+ id1 127.77.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460 [93-<-id2]\nid2 127.77.0.1:40002@17000,127.77.0.1 slave id1 0 1 1 connected\nid3 127.77.0.1:40003@17000,,shard-id=abc master - 0 1 3 connected 5461-16383\nid4 :0@0 slave,fail,noaddr - 0 1 1 disconnected\nid5 127.77.0.1:40005@17000 master - 0 1 5 connected\n\r\n
count nodes 4
# As a verbatim string of RESP3; a node that does not know its own address, and CRLF.
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
S =104\r\ntxt:id1 :7000@17000 myself,master - 0 0 1 connected\r\n
+ id2 10.0.0.2:7000@17000 slave id1 0 1 1 connected\r\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< =117\r\ntxt:id1 127.77.0.1:7000@17000 myself,master - 0 0 1 connected\r\n
+ id2 127.77.0.1:40002@17000 slave id1 0 1 1 connected\r\n\r\n
C *3\r\n$7\r\nCLUSTER\r\n$8\r\nREPLICAS\r\n$3\r\nid1\r\n*3\r\n$7\r\n
+ CLUSTER\r\n$6\r\nSLAVES\r\n$3\r\nid1\r\n
> *3\r\n$7\r\nCLUSTER\r\n$8\r\nREPLICAS\r\n$3\r\nid1\r\n*3\r\n$7\r\n
+ CLUSTER\r\n$6\r\nSLAVES\r\n$3\r\nid1\r\n
S *2\r\n$59\r\n
+ id2 10.0.0.2:7000@17000,b.example slave id1 0 1 1 connected\r\n$73\r\n
+ id3 10.0.0.3:7000@17000,,shard-id=abc master - 0 1 3 connected 5461-16383\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< *2\r\n$63\r\n
+ id2 127.77.0.1:40002@17000,127.77.0.1 slave id1 0 1 1 connected\r\n$76\r\n
+ id3 127.77.0.1:40003@17000,,shard-id=abc master - 0 1 3 connected 5461-16383\r\n
S *2\r\n$59\r\n
+ id2 10.0.0.2:7000@17000,b.example slave id1 0 1 1 connected\r\n$73\r\n
+ id3 10.0.0.3:7000@17000,,shard-id=abc master - 0 1 3 connected 5461-16383\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< *2\r\n$63\r\n
+ id2 127.77.0.1:40002@17000,127.77.0.1 slave id1 0 1 1 connected\r\n$76\r\n
+ id3 127.77.0.1:40003@17000,,shard-id=abc master - 0 1 3 connected 5461-16383\r\n
# The server behind another address: it is still the one that the client has dialled.
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
S $59\r\nid1 192.168.1.1:7000@17000 myself,master - 0 0 1 connected\n\r\n
expect forward 192.168.1.1:7000 inspect shared lifetime=1h = denied
< $58\r\nid1 127.77.0.1:7000@17000 myself,master - 0 0 1 connected\n\r\n
# What is not such a text.
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ NODES\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ NODES\r\n
S $17\r\nno lines of nodes\r\n
< $17\r\nno lines of nodes\r\n
S *1\r\n*1\r\n$1\r\nx\r\n
< *1\r\n*1\r\n$1\r\nx\r\n
