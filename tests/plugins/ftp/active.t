# active.t - PORT: the server connects to us, once it has accepted
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
C PORT 127,0,0,1,234,59\r\n
expect reverse 127.0.0.1:59963 unarmed = 10.9.8.7:50001
> PORT 10,9,8,7,195,81\r\n
S 200 PORT command successful\r\n
arm
< 200 PORT command successful\r\n
# Another one takes its place; what is refused is withdrawn.
C PORT 127,0,0,1,234,60\r\n
cancel
expect reverse 127.0.0.1:59964 unarmed = 10.9.8.7:50002
> PORT 10,9,8,7,195,82\r\n
S 500 illegal\r\n
cancel
< 500 illegal\r\n
# The verb stays.
C EPRT |1|127.0.0.1|39297|\r\n
expect reverse 127.0.0.1:39297 unarmed = 10.9.8.7:50003
> EPRT |1|10.9.8.7|50003|\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
cancel
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
