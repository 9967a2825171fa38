# epsv.t - a 229 has a port alone
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
C EPSV\r\nepsv 1\r\n
> EPSV\r\n
S 229 Extended Passive mode OK (|||60798|)\r\n
expect forward 10.0.0.5:60798 = 127.0.0.2:41521
< 229 Entering Extended Passive Mode (|||41521|)\r\n
> EPSV\r\n
count data 1
S 229 Entering Extended Passive Mode (!!!60799!).\r\n
cancel
expect forward 10.0.0.5:60799 = 127.0.0.2:41522
< 229 Entering Extended Passive Mode (|||41522|)\r\n
count data 1
# Answered by a 227 if the server likes.
C EPSV\r\n
> EPSV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
cancel
expect forward 10.0.0.5:51213 = 127.0.0.2:41523
< 229 Entering Extended Passive Mode (|||41523|)\r\n
count data 1
C EPSV ALL\r\nEPSV 2\r\n
> EPSV ALL\r\n
S 200 only EPSV\r\n
< 200 only EPSV\r\n
< 522 Network protocol not supported, use (1)\r\n
count refused 1
C EPSV 3\r\n
< 522 Network protocol not supported, use (1)\r\n
count refused 1
# What they refuse then is their affair.
C EPSV\r\n
> EPSV\r\n
S 500 never heard\r\n
> PASV\r\n
S 501 you said ALL\r\n
< 501 you said ALL\r\n
