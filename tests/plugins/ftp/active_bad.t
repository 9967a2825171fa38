# active_bad.t - bounces and malformed addresses do not reach the server
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
C PORT 127,0,0,1,256,22\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C PORT 127,0,0,1,200\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C PORT 127,0,0,1,200,1,1\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C PORT 127,0,0,1,200,1 x\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C PORT\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C PORT 127.0.0.1.200.1\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C PORT 127,0,0,1,0,0\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT |\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT |1|127.0.0.1|39297\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT |1|127.0.0.1|70000|\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT |1|::1|39297|\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT |1|127.0.0.1|39297|x\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT 1112700139297\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT |1111|127.0.0.1|39297|\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C EPRT |1|1111111111111111111111111111111111111111111111111111111111111111111111|39297|\r\n
< 501 Malformed address.\r\n
count attacks 1
count refused 1
C PORT 127,0,0,1,0,22\r\n
< 500 Only a high port of your own address.\r\n
count attacks 1
count refused 1
C PORT 127,0,0,1,3,255\r\n
< 500 Only a high port of your own address.\r\n
count attacks 1
count refused 1
C PORT 192,168,0,9,200,1\r\n
expect reverse 192.168.0.9:51201 unarmed = denied
< 500 Only a high port of your own address.\r\n
count attacks 1
count refused 1
C PORT 10,0,0,5,200,1\r\n
expect reverse 10.0.0.5:51201 unarmed = denied
< 500 Only a high port of your own address.\r\n
count attacks 1
count refused 1
C EPRT |1|192.168.0.9|39297|\r\n
expect reverse 192.168.0.9:39297 unarmed = denied
< 500 Only a high port of your own address.\r\n
count attacks 1
count refused 1
C PORT 127,0,0,3,200,1\r\n
expect reverse 127.0.0.3:51201 unarmed = denied
< 500 Only a high port of your own address.\r\n
count attacks 1
count refused 1
C EPRT |2|::1|39297|\r\nEPRT |3|x|39297|\r\n
< 522 Network protocol not supported, use (1)\r\n
< 522 Network protocol not supported, use (1)\r\n
count refused 2
