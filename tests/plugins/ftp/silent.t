# silent.t - a server that does not answer
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
S 220 ready\r\n
< 220 ready\r\n
C USER bob\r\nPASS secret\r\n
> USER bob\r\n
S 331 name\r\n
< 331 name\r\n
> PASS secret\r\n
S 230 in\r\n
audit login="bob"
< 230 in\r\n
C SIZE f\r\nDELE a\r\nPWD\r\n
> SIZE f\r\n
time 10s
time 9s
time 1s
log the server has not answered the command before for 20 seconds; DELE is forwarded without waiting
> DELE a\r\n
# Late, and then all is well again.
S 213 1\r\n
event login="bob" command="DELE" file="a" result="213"
< 213 1\r\n
> PWD\r\n
S 250 gone\r\n257 "/"\r\n
< 250 gone\r\n
< 257 "/"\r\n
# Never.
C PASV\r\nNOOP\r\nPWD\r\n
> PASV\r\n
time 10s
time 10s
> NOOP\r\n
S 200 ok\r\n
< 200 ok\r\n
> PWD\r\n
S 257 "/"\r\n
< 257 "/"\r\n
# A refusal may be of what came before.
C SIZE f\r\nEPSV\r\n
> SIZE f\r\n
time 10s
time 10s
> EPSV\r\n
S 550 none\r\n229 (|||51213|)\r\n
< 550 none\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 229 Entering Extended Passive Mode (|||41521|)\r\n
count data 1
C DELE a\r\nAUTH TLS\r\n
> DELE a\r\n
time 10s
time 10s
< 502 Not available on this path.\r\n
count refused 1
C NOOP\r\n
time 10s
time 10s
event login="bob" command="DELE" file="a" result="no reply"
> NOOP\r\n
S 200 ok\r\n
< 200 ok\r\n
