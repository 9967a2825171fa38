# moving.t - pushes of Redis Enterprise that tell where nodes are now
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S >4\r\n+MOVING\r\n:1\r\n:10\r\n+10.0.0.2:7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< >4\r\n+MOVING\r\n:1\r\n:10\r\n+127.77.0.1:40002\r\n
S >4\r\n$6\r\nMOVING\r\n:2\r\n:10\r\n$13\r\n10.0.0.2:7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< >4\r\n$6\r\nMOVING\r\n:2\r\n:10\r\n$16\r\n127.77.0.1:40002\r\n
S >4\r\n+MOVING\r\n:1\r\n:10\r\n_\r\n
< >4\r\n+MOVING\r\n:1\r\n:10\r\n_\r\n
S >4\r\n+MIGRATING\r\n:1\r\n:2\r\n*1\r\n:7\r\n
< >4\r\n+MIGRATING\r\n:1\r\n:2\r\n*1\r\n:7\r\n
S >3\r\n+SMIGRATED\r\n:1\r\n*2\r\n*3\r\n+10.0.0.2:7000\r\n+[2001:db8::1]:7001\r\n+0,1-16383\r\n*2\r\n+10.0.0.3:7000\r\n+7\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward [2001:db8::1]:7001 inspect shared lifetime=1h = [::1]:40003
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = denied
log which the gateway's policy
count unreachable 1
< >3\r\n+SMIGRATED\r\n:1\r\n*2\r\n*3\r\n+127.77.0.1:40002\r\n+[::1]:40003\r\n+0,1-16383\r\n*2\r\n+10.0.0.3:7000\r\n+7\r\n
# They answer nothing.
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
# In RESP2 they are data.
C *4\r\n$6\r\nLRANGE\r\n$1\r\na\r\n$1\r\n0\r\n$1\r\n9\r\n
> *4\r\n$6\r\nLRANGE\r\n$1\r\na\r\n$1\r\n0\r\n$1\r\n9\r\n
S *4\r\n$6\r\nMOVING\r\n$1\r\n2\r\n$2\r\n10\r\n$13\r\n10.0.0.2:7000\r\n
< *4\r\n$6\r\nMOVING\r\n$1\r\n2\r\n$2\r\n10\r\n$13\r\n10.0.0.2:7000\r\n
