# alike.t - what only looks like an address is data: it passes as it is
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*4\r\n$6\r\nLRANGE\r\n$1\r\nl\r\n$1\r\n0\r\n
+ $1\r\n9\r\n*3\r\n$4\r\nEVAL\r\n$6\r\nreturn\r\n$1\r\n0\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nb\r\n*2\r\n$7\r\nHGETALL\r\n$1\r\nh\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\nc\r\n*2\r\n$3\r\nGET\r\n$1\r\nd\r\n*2\r\n$3\r\nGET\r\n$1\r\ne\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*4\r\n$6\r\nLRANGE\r\n$1\r\nl\r\n$1\r\n0\r\n
+ $1\r\n9\r\n*3\r\n$4\r\nEVAL\r\n$6\r\nreturn\r\n$1\r\n0\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nb\r\n*2\r\n$7\r\nHGETALL\r\n$1\r\nh\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\nc\r\n*2\r\n$3\r\nGET\r\n$1\r\nd\r\n*2\r\n$3\r\nGET\r\n$1\r\ne\r\n
S $21\r\nMOVED 1 10.0.0.2:7000\r\n
< $21\r\nMOVED 1 10.0.0.2:7000\r\n
S *2\r\n$22\r\n-MOVED 1 10.0.0.2:7000\r\n*6\r\n$5\r\nslots\r\n
+ -MOVED 1 10.0.0.2:7000\r\n$2\r\nip\r\n$8\r\n10.0.0.2\r\n$4\r\nport\r\n
+ :7000\r\n
< *2\r\n$22\r\n-MOVED 1 10.0.0.2:7000\r\n*6\r\n$5\r\nslots\r\n
+ -MOVED 1 10.0.0.2:7000\r\n$2\r\nip\r\n$8\r\n10.0.0.2\r\n$4\r\nport\r\n
+ :7000\r\n
S *1\r\n*3\r\n:0\r\n:5460\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
< *1\r\n*3\r\n:0\r\n:5460\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
S $49\r\nid2 10.0.0.2:7000@17000 master - 0 0 1 connected\n\r\n
< $49\r\nid2 10.0.0.2:7000@17000 master - 0 0 1 connected\n\r\n
S %2\r\n$2\r\nip\r\n$8\r\n10.0.0.2\r\n$4\r\nport\r\n$4\r\n7000\r\n
< %2\r\n$2\r\nip\r\n$8\r\n10.0.0.2\r\n$4\r\nport\r\n$4\r\n7000\r\n
S $70\r\nslave0:ip=10.0.0.2,port=7000\r\nmaster_host:10.0.0.2\r\n
+ master_port:7000\r\n\r\n
< $70\r\nslave0:ip=10.0.0.2,port=7000\r\nmaster_host:10.0.0.2\r\n
+ master_port:7000\r\n\r\n
S !21\r\nSYNTAX invalid syntax\r\n
< !21\r\nSYNTAX invalid syntax\r\n
S -MOVEDX 1 10.0.0.2:7000\r\n
< -MOVEDX 1 10.0.0.2:7000\r\n
# An error that says something else, and one that does not end as it should.
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n
S -ERR MOVED 1 10.0.0.2:7000\r\n
< -ERR MOVED 1 10.0.0.2:7000\r\n
S -MOVED 1 10.0.0.2:port\r\n
< -MOVED 1 10.0.0.2:port\r\n
S -MOVED 1 10.0.0.2:7000 more\r\n
< -MOVED 1 10.0.0.2:7000 more\r\n
