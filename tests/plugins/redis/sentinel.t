# sentinel.t - what a Sentinel knows of masters, replicas and other Sentinels
server 10.0.0.11:26379   shown 127.77.0.1:26379
C *3\r\n$8\r\nSENTINEL\r\n$23\r\nget-master-addr-by-name\r\n$8\r\n
+ mymaster\r\n*2\r\n$8\r\nSENTINEL\r\n$7\r\nMASTERS\r\n*3\r\n$8\r\n
+ SENTINEL\r\n$6\r\nmaster\r\n$8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n
+ $8\r\nREPLICAS\r\n$8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n$6\r\n
+ slaves\r\n$8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n$9\r\nSENTINELS\r\n
+ $8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n$23\r\n
+ GET-MASTER-ADDR-BY-NAME\r\n$1\r\nx\r\n*3\r\n$8\r\nSENTINEL\r\n$8\r\n
+ CKQUORUM\r\n$8\r\nmymaster\r\n
> *3\r\n$8\r\nSENTINEL\r\n$23\r\nget-master-addr-by-name\r\n$8\r\n
+ mymaster\r\n*2\r\n$8\r\nSENTINEL\r\n$7\r\nMASTERS\r\n*3\r\n$8\r\n
+ SENTINEL\r\n$6\r\nmaster\r\n$8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n
+ $8\r\nREPLICAS\r\n$8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n$6\r\n
+ slaves\r\n$8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n$9\r\nSENTINELS\r\n
+ $8\r\nmymaster\r\n*3\r\n$8\r\nSENTINEL\r\n$23\r\n
+ GET-MASTER-ADDR-BY-NAME\r\n$1\r\nx\r\n*3\r\n$8\r\nSENTINEL\r\n$8\r\n
+ CKQUORUM\r\n$8\r\nmymaster\r\n
S *2\r\n$8\r\n10.0.0.1\r\n$4\r\n6379\r\n
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
< *2\r\n$10\r\n127.77.0.1\r\n$5\r\n40001\r\n
S *1\r\n*10\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$8\r\n
+ 10.0.0.1\r\n$4\r\nport\r\n$4\r\n6379\r\n$5\r\nrunid\r\n$2\r\n8f\r\n$5\r\n
+ flags\r\n$6\r\nmaster\r\n
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
< *1\r\n*10\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n$4\r\nport\r\n$5\r\n40001\r\n$5\r\nrunid\r\n$2\r\n8f\r\n
+ $5\r\nflags\r\n$6\r\nmaster\r\n
S *10\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$8\r\n10.0.0.1\r\n
+ $4\r\nport\r\n$4\r\n6379\r\n$5\r\nrunid\r\n$2\r\n8f\r\n$5\r\nflags\r\n
+ $6\r\nmaster\r\n
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
< *10\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$10\r\n127.77.0.1\r\n
+ $4\r\nport\r\n$5\r\n40001\r\n$5\r\nrunid\r\n$2\r\n8f\r\n$5\r\nflags\r\n
+ $6\r\nmaster\r\n
S *1\r\n*14\r\n$4\r\nname\r\n$13\r\n10.0.0.2:6379\r\n$2\r\nip\r\n$8\r\n
+ 10.0.0.2\r\n$4\r\nport\r\n$4\r\n6379\r\n$5\r\nrunid\r\n$2\r\n8f\r\n$5\r\n
+ flags\r\n$6\r\nmaster\r\n$11\r\nmaster-host\r\n$8\r\n10.0.0.1\r\n$11\r\n
+ master-port\r\n$4\r\n6379\r\n
expect forward 10.0.0.2:6379 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
< *1\r\n*14\r\n$4\r\nname\r\n$16\r\n127.77.0.1:40002\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n$4\r\nport\r\n$5\r\n40002\r\n$5\r\nrunid\r\n$2\r\n8f\r\n
+ $5\r\nflags\r\n$6\r\nmaster\r\n$11\r\nmaster-host\r\n$10\r\n127.77.0.1\r\n
+ $11\r\nmaster-port\r\n$5\r\n40001\r\n
S *1\r\n%7\r\n$4\r\nname\r\n$13\r\n10.0.0.2:6379\r\n$2\r\nip\r\n$8\r\n
+ 10.0.0.2\r\n$4\r\nport\r\n$4\r\n6379\r\n$5\r\nrunid\r\n$2\r\n8f\r\n$5\r\n
+ flags\r\n$6\r\nmaster\r\n$11\r\nmaster-host\r\n$1\r\n?\r\n$11\r\n
+ master-port\r\n$1\r\n0\r\n
expect forward 10.0.0.2:6379 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n%7\r\n$4\r\nname\r\n$16\r\n127.77.0.1:40002\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n$4\r\nport\r\n$5\r\n40002\r\n$5\r\nrunid\r\n$2\r\n8f\r\n
+ $5\r\nflags\r\n$6\r\nmaster\r\n$11\r\nmaster-host\r\n$1\r\n?\r\n$11\r\n
+ master-port\r\n$1\r\n0\r\n
S *1\r\n*10\r\n$4\r\nname\r\n$7\r\nrunid12\r\n$2\r\nip\r\n$9\r\n
+ 10.0.0.12\r\n$4\r\nport\r\n$5\r\n26379\r\n$5\r\nrunid\r\n$2\r\n8f\r\n
+ $5\r\nflags\r\n$6\r\nmaster\r\n
expect forward 10.0.0.12:26379 inspect shared lifetime=1h = 127.77.0.1:40012
< *1\r\n*10\r\n$4\r\nname\r\n$7\r\nrunid12\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n$4\r\nport\r\n$5\r\n40012\r\n$5\r\nrunid\r\n$2\r\n8f\r\n
+ $5\r\nflags\r\n$6\r\nmaster\r\n
S *-1\r\n
< *-1\r\n
S +OK 3 usable Sentinels\r\n
< +OK 3 usable Sentinels\r\n
