# reply_silent.t - behind CLIENT REPLY SKIP a SUBSCRIBE is confirmed or not answered at all; RESET is silent
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S +OK\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
# It is confirmed.
C *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n
> *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n
C *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nb\r\n*1\r\n$5\r\nRESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nb\r\n*1\r\n$5\r\nRESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
< *3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n
S -ERR Can't execute 'client|reply'\r\n
S -NOPERM this user has no permissions to access the 'b' channel\r\n
< -NOPERM this user has no permissions to access the 'b' channel\r\n
S +RESET\r\n
< +RESET\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
# It is refused, and RESET, too, says nothing.
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S +OK\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
C *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +OK\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S +OK\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
C *1\r\n$5\r\nRESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nRESET\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S -NOAUTH Authentication required.\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*3\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
