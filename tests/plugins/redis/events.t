# events.t - events of a Sentinel; the plugin asks the server what it is first
server 10.0.0.11:26379   shown 127.77.0.1:26379
C *2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
> *1\r\n$4\r\nROLE\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n
S *2\r\n$8\r\nsentinel\r\n*1\r\n$8\r\nmymaster\r\n
S *3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
< *3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n
S *3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$36\r\n
+ mymaster 10.0.0.1 6379 10.0.0.2 6379\r\n
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
expect forward 10.0.0.2:6379 inspect shared lifetime=1h = 127.77.0.1:40002
< *3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$42\r\n
+ mymaster 127.77.0.1 40001 127.77.0.1 40002\r\n
C *2\r\n$10\r\nPSUBSCRIBE\r\n$1\r\n*\r\n
> *2\r\n$10\r\nPSUBSCRIBE\r\n$1\r\n*\r\n
S *3\r\n$10\r\npsubscribe\r\n$1\r\n*\r\n:2\r\n
< *3\r\n$10\r\npsubscribe\r\n$1\r\n*\r\n:2\r\n
S *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$6\r\n+slave\r\n$58\r\n
+ slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379\r\n
expect forward 10.0.0.2:6379 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
< *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$6\r\n+slave\r\n$67\r\n
+ slave 127.77.0.1:40002 127.77.0.1 40002 @ mymaster 127.77.0.1 40001\r\n
S *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$6\r\n+odown\r\n$41\r\n
+ master mymaster 10.0.0.1 6379 #quorum 2/2\r\n
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
< *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$6\r\n+odown\r\n$44\r\n
+ master mymaster 127.77.0.1 40001 #quorum 2/2\r\n
S *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$10\r\n+new-epoch\r\n$1\r\n7\r\n
< *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$10\r\n+new-epoch\r\n$1\r\n7\r\n
S *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$19\r\n+config-update-from\r\n$53\r\n
+ sentinel run 10.0.0.12 26379 @ mymaster 10.0.0.1 6379\r\n
expect forward 10.0.0.12:26379 inspect shared lifetime=1h = 127.77.0.1:40012
expect forward 10.0.0.1:6379 inspect shared lifetime=1h = 127.77.0.1:40001
< *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$19\r\n+config-update-from\r\n$57\r\n
+ sentinel run 127.77.0.1 40012 @ mymaster 127.77.0.1 40001\r\n
S *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$4\r\nmine\r\n$36\r\n
+ mymaster 10.0.0.1 6379 10.0.0.2 6379\r\n
< *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$4\r\nmine\r\n$36\r\n
+ mymaster 10.0.0.1 6379 10.0.0.2 6379\r\n
