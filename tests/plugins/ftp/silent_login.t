# silent_login.t - a login whose reply comes late, or never, is none before that
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
S 220 ready\r\n
< 220 ready\r\n
C USER bob\r\nPASS x\r\nNOOP\r\nPASV\r\n
> USER bob\r\n
S 331 name\r\n
< 331 name\r\n
> PASS x\r\n
time 10s
time 10s
> NOOP\r\n
S 530 wrong\r\n200 ok\r\n
< 530 wrong\r\n
< 530 Log in first.\r\n
count refused 1
< 200 ok\r\n
C PASS y\r\nNOOP\r\nPASV\r\n
> PASS y\r\n
time 10s
time 10s
> NOOP\r\n
S 230 in\r\n200 ok\r\n
audit login="bob"
< 230 in\r\n
< 200 ok\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
