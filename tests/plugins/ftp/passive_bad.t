# passive_bad.t - a 227 that is malformed, ambiguous or names a low port
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
S 227 Entering Passive Mode (10,0,0,5,0,0)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,0,0,5,256,1)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,0,0,5,1,2,3)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,0,0,5,1)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,0,0,5,4,1) or (10,0,0,5,4,2)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 1,2,3,4,5,6 (10,0,0,5,4,1)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 ok\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,0,0,5,0,22)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,0,0,5,3,255)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (1000,0,0,5,4,1)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,0,0,5,4,1,)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 228 Long (4,4,10,0,0,5,2,4,1)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 (10,,0,0,5,4,1)\r\n
< 502 Passive mode refused.\r\n
C PASV\r\n
> PASV\r\n
S 227 10.0.0.5.4.1\r\n
< 502 Passive mode refused.\r\n
S 200 more\r\n
< 200 more\r\n
