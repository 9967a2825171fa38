# active_other.t - another address of the application's machine
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
C PORT 192,168,0,9,200,1\r\n
expect reverse 192.168.0.9:51201 unarmed = 10.9.8.7:50001
> PORT 10,9,8,7,195,81\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C EPRT |1|192.168.0.9|39297|\r\n
cancel
expect reverse 192.168.0.9:39297 unarmed = 10.9.8.7:50002
> EPRT |1|10.9.8.7|50002|\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
