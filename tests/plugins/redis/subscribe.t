# subscribe.t - pub/sub of RESP2: confirmations, messages that answer nothing, and commands again
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$10\r\nPSUBSCRIBE\r\n
+ $2\r\nc*\r\n*2\r\n$10\r\nSSUBSCRIBE\r\n$1\r\nd\r\n
> *3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$10\r\nPSUBSCRIBE\r\n
+ $2\r\nc*\r\n*2\r\n$10\r\nSSUBSCRIBE\r\n$1\r\nd\r\n
S *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
< *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
S *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$21\r\nMOVED 1 10.0.0.2:7000\r\n
< *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$21\r\nMOVED 1 10.0.0.2:7000\r\n
S *3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n
< *3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n
S *3\r\n$10\r\npsubscribe\r\n$2\r\nc*\r\n:3\r\n
< *3\r\n$10\r\npsubscribe\r\n$2\r\nc*\r\n:3\r\n
S *4\r\n$8\r\npmessage\r\n$2\r\nc*\r\n$1\r\nc\r\n$1\r\nx\r\n
< *4\r\n$8\r\npmessage\r\n$2\r\nc*\r\n$1\r\nc\r\n$1\r\nx\r\n
S *3\r\n$10\r\nssubscribe\r\n$1\r\nd\r\n:1\r\n
< *3\r\n$10\r\nssubscribe\r\n$1\r\nd\r\n:1\r\n
S *3\r\n$8\r\nsmessage\r\n$1\r\nd\r\n$1\r\ny\r\n
< *3\r\n$8\r\nsmessage\r\n$1\r\nd\r\n$1\r\ny\r\n
C *1\r\n$4\r\nPING\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n
> *1\r\n$4\r\nPING\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n
S *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nz\r\n
< *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nz\r\n
S *2\r\n$4\r\npong\r\n$0\r\n\r\n
< *2\r\n$4\r\npong\r\n$0\r\n\r\n
S *3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:2\r\n
< *3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:2\r\n
S *3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n
< *3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n
C *1\r\n$12\r\nPUNSUBSCRIBE\r\n*2\r\n$12\r\nSUNSUBSCRIBE\r\n$1\r\nd\r\n
+ *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*4\r\n$6\r\nLRANGE\r\n$1\r\nl\r\n
+ $1\r\n0\r\n$1\r\n9\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$12\r\nPUNSUBSCRIBE\r\n*2\r\n$12\r\nSUNSUBSCRIBE\r\n$1\r\nd\r\n
+ *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n*4\r\n$6\r\nLRANGE\r\n$1\r\nl\r\n
+ $1\r\n0\r\n$1\r\n9\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *3\r\n$12\r\npunsubscribe\r\n$2\r\nc*\r\n:0\r\n
< *3\r\n$12\r\npunsubscribe\r\n$2\r\nc*\r\n:0\r\n
S *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$4\r\nlast\r\n
< *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$4\r\nlast\r\n
S *3\r\n$12\r\nsunsubscribe\r\n$1\r\nd\r\n:0\r\n
< *3\r\n$12\r\nsunsubscribe\r\n$1\r\nd\r\n:0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
S *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$4\r\ndata\r\n
< *3\r\n$7\r\nmessage\r\n$1\r\na\r\n$4\r\ndata\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
# Refused, moved, and again with nothing subscribed.
C *3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$10\r\nSSUBSCRIBE\r\n
+ $1\r\nd\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
> *3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$10\r\nSSUBSCRIBE\r\n
+ $1\r\nd\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\n
+ SLOTS\r\n
S -NOPERM no\r\n
< -NOPERM no\r\n
S -MOVED 1 10.0.0.2:7000\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< -MOVED 1 127.77.0.1:40002\r\n
S *3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n
< *3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
C *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n*1\r\n$5\r\nRESET\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n*1\r\n$5\r\nRESET\r\n*2\r\n$7\r\n
+ CLUSTER\r\n$5\r\nSLOTS\r\n
S *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
< *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
S +RESET\r\n
< +RESET\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
