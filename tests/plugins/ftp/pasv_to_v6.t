# pasv_to_v6.t - PASV where the server has IPv6: EPSV goes out
server [2001:db8::5]:21
local [2001:db8::1]:40000
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
> EPSV\r\n
S 229 Entering Extended Passive Mode (|||51213|)\r\n
expect forward [2001:db8::5]:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
C PASV\r\n
> EPSV\r\n
S 500 never heard\r\n
< 500 never heard\r\n
C EPSV\r\n
> EPSV\r\n
S 500 never heard\r\n
< 500 never heard\r\n
