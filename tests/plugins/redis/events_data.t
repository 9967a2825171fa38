# events_data.t - a channel of this name at another server has somebody's data
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
> *1\r\n$4\r\nROLE\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
S *3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n
S *3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
< *3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
S *3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$36\r\n
+ mymaster 10.0.0.1 6379 10.0.0.2 6379\r\n
< *3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$36\r\n
+ mymaster 10.0.0.1 6379 10.0.0.2 6379\r\n
C *1\r\n$11\r\nUNSUBSCRIBE\r\n
> *1\r\n$11\r\nUNSUBSCRIBE\r\n
S *3\r\n$11\r\nunsubscribe\r\n$14\r\n+switch-master\r\n:0\r\n
< *3\r\n$11\r\nunsubscribe\r\n$14\r\n+switch-master\r\n:0\r\n
# Where the server does not say what it is, it is asked again the next time.
