# mode_e.t - in GridFTP's extended block mode a transfer has several connections
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
C MODE E\r\n
> MODE E\r\n
S 504 not here\r\n
< 504 not here\r\n
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
C mode e\r\n
> mode e\r\n
S 200 mode E\r\n
< 200 mode E\r\n
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
cancel
expect forward 10.0.0.5:51213 uses=64 = 127.0.0.2:41522
< 227 Entering Passive Mode (127,0,0,2,162,50).\r\n
C PORT 127,0,0,1,234,59\r\n
cancel
expect reverse 127.0.0.1:59963 unarmed uses=64 = 10.9.8.7:50001
> PORT 10,9,8,7,195,81\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C MODE S\r\n
> MODE S\r\n
S 200 stream\r\n
< 200 stream\r\n
C PORT 127,0,0,1,234,60\r\n
cancel
expect reverse 127.0.0.1:59964 unarmed = 10.9.8.7:50002
> PORT 10,9,8,7,195,82\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C MODE\r\n
> MODE\r\n
S 501 which\r\n
< 501 which\r\n
# Several servers for one transfer, at addresses that nobody has looked at.
C SPAS\r\nSPOR 127,0,0,1,200,1\r\n
< 502 Not available on this path.\r\n
< 502 Not available on this path.\r\n
count refused 2
C ERET P 0 10 file\r\n
> ERET P 0 10 file\r\n
S 150 coming\r\n
< 150 coming\r\n
S 226 done\r\n
event 4 login="bob" command="ERET" file="P 0 10 file" result="226"
< 226 done\r\n
