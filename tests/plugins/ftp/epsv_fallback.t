# epsv_fallback.t - a server without EPSV is asked by PASV
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
C EPSV\r\nNOOP\r\n
> EPSV\r\n
S 500 never heard\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 229 Entering Extended Passive Mode (|||41521|)\r\n
> NOOP\r\n
count data 1
S 200 ok\r\n
< 200 ok\r\n
# Not for ever.
C EPSV\r\n
> EPSV\r\n
S 502-no\r\n502 no\r\n
< 502-no\r\n
> PASV\r\n
S 502 neither\r\n
< 502 neither\r\n
# Without a login it would be the same.
C EPSV\r\n
> EPSV\r\n
S 530 log in\r\n
< 530 log in\r\n
