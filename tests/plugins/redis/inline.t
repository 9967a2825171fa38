# inline.t - commands as a person types them
server 10.0.0.1:7000   shown 127.77.0.1:7000
C cluster slots\r\n  CLUSTER   'slots' \n"cl\\x75ster" "slots"\r\n
+ get 'a b'\r\n\r\n  \r\nget "a\r\nCLUSTER NODES\r\n
> cluster slots\r\n  CLUSTER   'slots' \n"cl\\x75ster" "slots"\r\n
+ get 'a b'\r\n\r\n  \r\nget "a\r\nCLUSTER NODES\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
S -ERR Protocol error: unbalanced quotes in request\r\n
< -ERR Protocol error: unbalanced quotes in request\r\n
S $50\r\nid2 10.0.0.2:7000@17000 slave id1 0 1 1 connected\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< $53\r\nid2 127.77.0.1:40002@17000 slave id1 0 1 1 connected\n\r\n
