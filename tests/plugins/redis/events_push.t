# events_push.t - the same as pushes of RESP3
server 10.0.0.11:26379   shown 127.77.0.1:26379
C *2\r\n$8\r\nSENTINEL\r\n$7\r\nMASTERS\r\n
> *2\r\n$8\r\nSENTINEL\r\n$7\r\nMASTERS\r\n
S *1\r\n*10\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$9\r\n
+ 10.0.0.11\r\n$4\r\nport\r\n$5\r\n26379\r\n$5\r\nrunid\r\n$2\r\n8f\r\n
+ $5\r\nflags\r\n$6\r\nmaster\r\n
< *1\r\n*10\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n$4\r\nport\r\n$5\r\n26379\r\n$5\r\nrunid\r\n$2\r\n8f\r\n
+ $5\r\nflags\r\n$6\r\nmaster\r\n
C *2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
> *2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
S >3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
< >3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
S >3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$36\r\n
+ mymaster 10.0.0.1 6379 10.0.0.2 6379\r\n
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
expect forward 10.0.0.2:6379 inspect shared lifetime=1h = 127.77.0.1:40002
< >3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$42\r\n
+ mymaster 127.77.0.1 40001 127.77.0.1 40002\r\n
C *3\r\n$8\r\nSENTINEL\r\n$23\r\nGET-MASTER-ADDR-BY-NAME\r\n$8\r\n
+ mymaster\r\n
> *3\r\n$8\r\nSENTINEL\r\n$23\r\nGET-MASTER-ADDR-BY-NAME\r\n$8\r\n
+ mymaster\r\n
S >3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$36\r\n
+ mymaster 10.0.0.1 6379 10.0.0.2 6379\r\n
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
expect forward 10.0.0.2:6379 inspect shared lifetime=1h = 127.77.0.1:40002
< >3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$42\r\n
+ mymaster 127.77.0.1 40001 127.77.0.1 40002\r\n
S *2\r\n$8\r\n10.0.0.2\r\n$4\r\n6379\r\n
expect forward 10.0.0.2:6379 inspect shared lifetime=1h = 127.77.0.1:40002
< *2\r\n$10\r\n127.77.0.1\r\n$5\r\n40002\r\n
