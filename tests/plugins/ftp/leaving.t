# leaving.t - the server or the application leaves during a transfer
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
C RETR f\r\n
> RETR f\r\n
S 150 open\r\n
< 150 open\r\n
C QUIT\r\n
> QUIT\r\n
S 221 bye\r\n226 done\r\n
< 221 bye\r\n
event login="bob" command="RETR" file="f" result="226"
< 226 done\r\n
C PASV\r\n
< 530 Log in first.\r\n
count refused 1
C USER bob\r\n
> USER bob\r\n
S 230 in\r\n
audit login="bob"
< 230 in\r\n
C STOR f\r\nNOOP\r\nDELE a\r\n
> STOR f\r\n
> NOOP\r\n
> DELE a\r\n
S 150 send\r\n421 too many\r\n421 going down\r\n
< 150 send\r\n
< 421 too many\r\n
event login="bob" command="DELE" file="a" result="421"
< 421 going down\r\n
S|
<|
C PWD\r\n
C|
>|
