# passive_denied.t - policy says no, or there is no port
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
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = denied
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 Extended (|||50000|)\r\n
expect forward 10.0.0.5:50000 = failed
< 502 Passive mode refused.\r\n
C NOOP\r\n
> NOOP\r\n
S 200 ok\r\n
< 200 ok\r\n
