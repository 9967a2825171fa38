# multi_subscribe.t - in a transaction SUBSCRIBE answers more than EXEC's list says; a push between its elements is none
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$5\r\nMULTI\r\n*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\nEXEC\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n
> *1\r\n$5\r\nMULTI\r\n*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\nEXEC\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n
S +OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n
< +OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n
S *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n
< *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
S *3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:0\r\n
< *3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:0\r\n
C *1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+PONG\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n+PONG\r\n
< +OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+PONG\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n+PONG\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
# A list that names no node, as no server sends it, also where its first line has come alone.
C *1\r\n$5\r\nMULTI\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\nEXEC\r\n
> *1\r\n$5\r\nMULTI\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*1\r\n$4\r\nEXEC\r\n
S +OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
< +OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
S *3\r\n:1\r\n:2\r\n:3\r\n
< *3\r\n:1\r\n:2\r\n:3\r\n
