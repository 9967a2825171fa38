# reply_refused.t - CLIENT REPLY that the server refuses is answered, and mutes nothing
server 10.0.0.1:7000   shown 127.77.0.1:7000
# An ACL, or nobody has logged in.
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S -NOPERM this user has no permissions to run the 'client|reply' command\r\n
< -NOPERM this user has no permissions to run the 'client|reply' command\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
# A client of RESP2 that is subscribed; behind UNSUBSCRIBE it is obeyed.
C *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n
> *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n
S *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
< *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S -ERR Can't execute 'client|reply': only (P|S)SUBSCRIBE\r\n
< -ERR Can't execute 'client|reply': only (P|S)SUBSCRIBE\r\n
> *1\r\n$11\r\nUNSUBSCRIBE\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S *3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n
< *3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n
S +OK\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
# The client ends before the answer.
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n
