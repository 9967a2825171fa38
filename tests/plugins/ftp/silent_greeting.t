# silent_greeting.t - commands follow where no greeting comes
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
C USER bob\r\nPASS x\r\n
time 10s
time 10s
> USER bob\r\n
S 220 ready\r\n331 name\r\n
< 220 ready\r\n
< 331 name\r\n
> PASS x\r\n
S 230 in\r\n
audit login="bob"
< 230 in\r\n
