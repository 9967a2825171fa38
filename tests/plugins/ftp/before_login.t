# before_login.t - nothing is arranged before a login
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
C PASV\r\n
S 220 ready\r\n
< 220 ready\r\n
< 530 Log in first.\r\n
count refused 1
C EPSV\r\nPORT 127,0,0,1,234,59\r\nUSER bob\r\nPASV\r\n
< 530 Log in first.\r\n
< 530 Log in first.\r\n
> USER bob\r\n
count refused 2
S 331 name\r\n
< 331 name\r\n
< 530 Log in first.\r\n
count refused 1
C PASS x\r\nPASV\r\n
> PASS x\r\n
S 530 wrong\r\n
< 530 wrong\r\n
< 530 Log in first.\r\n
count refused 1
C PASS y\r\n
> PASS y\r\n
S 332 account\r\n
< 332 account\r\n
C ACCT z\r\nPASV\r\n
> ACCT z\r\n
S 230 in\r\n
audit login="bob"
< 230 in\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
