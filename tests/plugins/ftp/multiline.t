# multiline.t - replies of several lines
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
C STAT\r\n
> STAT\r\n
S 211-status of\r\n227 Entering Passive Mode (10,0,0,5,200,13).\r\n211x\r\n  211 not yet\r\n\r\n211 end\r\n
< 211-status of\r\n
< 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
< 211x\r\n
<   211 not yet\r\n
< \r\n
< 211 end\r\n
C NOOP\r\n
> NOOP\r\n
S not a reply\r\n120 soon\r\n200\r\n200 now\r\n
< not a reply\r\n
< 120 soon\r\n
< 200\r\n
< 200 now\r\n
