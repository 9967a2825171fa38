# unasked_head.t - half the head of a reply that nobody has asked for: commands pass until the rest of it has come
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S +OK\r\n$14
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n
C *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nb\r\n*1\r\n$5\r\nRESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nb\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n*1\r\n$5\r\nRESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S \r\n
reset redis: not this protocol (server)
