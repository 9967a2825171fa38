# files.t - what is written down
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
C DELE a b\r\nRNFR "x"\r\nRNTO y\r\nMKD d\r\n
> DELE a b\r\n
S 250 gone\r\n
event login="bob" command="DELE" file="a b" result="250"
< 250 gone\r\n
> RNFR "x"\r\n
S 350 go on\r\n
event login="bob" command="RNFR" file="'x'" result="350"
< 350 go on\r\n
> RNTO y\r\n
S 550 no\r\n
event login="bob" command="RNTO" file="y" result="550"
< 550 no\r\n
> MKD d\r\n
S 257 "d" made\r\n
event login="bob" command="MKD" file="d" result="257"
< 257 "d" made\r\n
C PORT 127,0,0,1,234,59\r\n
expect reverse 127.0.0.1:59963 unarmed = 10.9.8.7:50001
> PORT 10,9,8,7,195,81\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C STOR up\x1b\r\n
> STOR up\x1b\r\n
S 150 go\r\n226 got it\r\n
< 150 go\r\n
event 1 login="bob" command="STOR" file="up\x1b" result="226"
< 226 got it\r\n
