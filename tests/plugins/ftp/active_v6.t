# active_v6.t - PORT where the server has IPv6: EPRT goes out
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
C PORT 127,0,0,1,234,59\r\n
expect reverse 127.0.0.1:59963 unarmed = [2001:db8::1]:50001
> EPRT |2|2001:db8::1|50001|\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
