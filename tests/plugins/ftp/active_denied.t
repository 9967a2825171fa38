# active_denied.t - no listener
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
expect reverse 127.0.0.1:59963 unarmed = failed
< 500 Active mode is not available.\r\n
count refused 1
C PORT 127,0,0,1,234,60\r\n
expect reverse 127.0.0.1:59964 unarmed = denied
< 500 Active mode is not available.\r\n
count refused 1
