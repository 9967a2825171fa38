# slots_names.t - CLUSTER SLOTS of RESP3 with host names: the addresses beside them serve where nobody knows the names
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n
> *2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n
S %3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n$7\r\n
+ modules\r\n*0\r\n
< %3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n$7\r\n
+ modules\r\n*0\r\n
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
# A name, an unknown name, a name that the gateway does not find, no name at all, the server's own name.
S *1\r\n*8\r\n:0\r\n:9\r\n*4\r\n$9\r\nb.example\r\n:7000\r\n$3\r\nid2\r\n
+ %1\r\n$2\r\nip\r\n$8\r\n10.0.0.2\r\n*4\r\n$1\r\n?\r\n:7000\r\n$3\r\n
+ id3\r\n%1\r\n$2\r\nip\r\n$8\r\n10.0.0.3\r\n*4\r\n$9\r\nd.example\r\n
+ :7000\r\n$3\r\nid4\r\n%1\r\n$2\r\nip\r\n$8\r\n10.0.0.4\r\n*4\r\n_\r\n
+ :7000\r\n$3\r\nid1\r\n%1\r\n$2\r\nip\r\n$8\r\n10.0.0.1\r\n*4\r\n$9\r\n
+ a.example\r\n:7000\r\n$3\r\nid1\r\n%1\r\n$2\r\nip\r\n$8\r\n10.0.0.1\r\n
+ *4\r\n_\r\n:7001\r\n$3\r\nid5\r\n%0\r\n
expect forward b.example:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
expect forward d.example:7000 inspect shared lifetime=1h = failed
expect forward 10.0.0.4:7000 inspect shared lifetime=1h = 127.77.0.1:40004
expect forward 10.0.0.1:7001 inspect shared lifetime=1h = 127.77.0.1:40005
< *1\r\n*8\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ %1\r\n$2\r\nip\r\n$10\r\n127.77.0.1\r\n*4\r\n$10\r\n127.77.0.1\r\n
+ :40003\r\n$3\r\nid3\r\n%1\r\n$2\r\nip\r\n$10\r\n127.77.0.1\r\n*4\r\n
+ $10\r\n127.77.0.1\r\n:40004\r\n$3\r\nid4\r\n%1\r\n$2\r\nip\r\n$10\r\n
+ 127.77.0.1\r\n*4\r\n$10\r\n127.77.0.1\r\n:7000\r\n$3\r\nid1\r\n%1\r\n
+ $2\r\nip\r\n$10\r\n127.77.0.1\r\n*4\r\n$10\r\n127.77.0.1\r\n:7000\r\n
+ $3\r\nid1\r\n%1\r\n$2\r\nip\r\n$10\r\n127.77.0.1\r\n*4\r\n$10\r\n
+ 127.77.0.1\r\n:40005\r\n$3\r\nid5\r\n%0\r\n
