# app_v6.t - an application that has IPv6, a server that has not
server 10.0.0.5:21
local 10.9.8.7:40000
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
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = [::1]:41520
< 227 Entering Passive Mode (0,0,0,0,162,48).\r\n
count data 1
C EPSV 1\r\n
< 522 Network protocol not supported, use (2)\r\n
count refused 1
C EPSV 2\r\n
> EPSV\r\n
S 229 Entering Extended Passive Mode (|||51213|)\r\n
cancel
expect forward 10.0.0.5:51213 = [::1]:41521
< 229 Entering Extended Passive Mode (|||41521|)\r\n
count data 1
C EPRT |2|::1|39297|\r\n
cancel
expect reverse [::1]:39297 unarmed = 10.9.8.7:50001
> EPRT |1|10.9.8.7|50001|\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C EPRT |1|127.0.0.1|39297|\r\n
< 522 Network protocol not supported, use (2)\r\n
count refused 1
C EPRT |2|::ffff:127.0.0.1|39297|\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
