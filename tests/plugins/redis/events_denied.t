# events_denied.t - a server that does not say what it is
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
> *1\r\n$4\r\nROLE\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
S -NOAUTH Authentication required.\r\n
S -NOAUTH Authentication required.\r\n
< -NOAUTH Authentication required.\r\n
C *2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n
> *2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n
S +OK\r\n
< +OK\r\n
C *2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
> *1\r\n$4\r\nROLE\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
S *5\r\n$5\r\nslave\r\n$8\r\n10.0.0.2\r\n:7000\r\n$9\r\nconnected\r\n
+ :3167\r\n
S *3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
< *3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
