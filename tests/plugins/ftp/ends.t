# ends.t - the server ends while commands wait
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
C STAT\r\nPASV\r\nNOOP\r\n
> STAT\r\n
S 421 too idle\r\n
< 421 too idle\r\n
> PASV\r\n
S 227 Ent
S|
<|
C NOO
C|
>|
