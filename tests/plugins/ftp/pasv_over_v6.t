# pasv_over_v6.t - PASV over IPv6, where the server answers it or does not
server [2001:db8::5]:21
local [2001:db8::1]:40000
app [::1]:50001
shown [::1]:21
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
S 227 Entering Passive Mode (0,0,0,0,200,13).\r\n
expect forward 0.0.0.0:51213 [2001:db8::5]:51213 = [::1]:41521
< 227 Entering Passive Mode (0,0,0,0,162,49).\r\n
count data 1
C PASV\r\n
> PASV\r\n
S 522 use (2)\r\n
< 522 use (2)\r\n
