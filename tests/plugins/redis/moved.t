# moved.t - -MOVED, -ASK and -REDIRECT lead where the client can go, in whatever reply they are
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n*2\r\n$3\r\nGET\r\n$1\r\nd\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n*2\r\n$3\r\nGET\r\n$1\r\nd\r\n
S -MOVED 15495 10.0.0.2:7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< -MOVED 15495 127.77.0.1:40002\r\n
count nodes 1
S -ASK 3 10.0.0.3:7000\r\n
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< -ASK 3 127.77.0.1:40003\r\n
S -REDIRECT 10.0.0.4:7000\r\n
expect forward 10.0.0.4:7000 inspect shared lifetime=1h = 127.77.0.1:40004
< -REDIRECT 127.77.0.1:40004\r\n
S -MOVED 3 :7000\r\n
< -MOVED 3 127.77.0.1:7000\r\n
# The same address where the same node is asked for again; IPv6; another port of the server.
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S -MOVED 1 10.0.0.1:7000\r\n
< -MOVED 1 127.77.0.1:7000\r\n
S -MOVED 1 2001:db8::7:7000\r\n
expect forward [2001:db8::7]:7000 inspect shared lifetime=1h = 127.77.0.1:40007
< -MOVED 1 127.77.0.1:40007\r\n
S -MOVED 1 :7001\r\n
expect forward 10.0.0.1:7001 inspect shared lifetime=1h = 127.77.0.1:40001
< -MOVED 1 127.77.0.1:40001\r\n
S -MOVED 1 10.0.0.2:7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< -MOVED 1 127.77.0.1:40002\r\n
# Policy does not allow it, or there is no listener: the client hears why.
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\n
+ GET\r\n$1\r\nc\r\n
S -MOVED 1 192.168.7.7:7000\r\n
expect forward 192.168.7.7:7000 inspect shared lifetime=1h = denied
< -ERR the gateway adit cannot lead this client to 192.168.7.7:7000: its policy does not allow it (redirect_allow)\r\n
log redirect_allow
count unreachable 1
S -MOVED 1 10.0.0.9:7000\r\n
expect forward 10.0.0.9:7000 inspect shared lifetime=1h = failed
< -ERR the gateway adit cannot lead this client to 10.0.0.9:7000: no listener could be had\r\n
# A node of which the server knows no name: no client dials it, and all ask for
# the nodes again.
S -MOVED 1 ?:7000\r\n
< -MOVED 1 ?:7000\r\n
S -MOVED 1 ?x:7000\r\n
< -ERR the gateway adit cannot lead this client to ?x:7000: \r\n
