# login_again.t - REIN and another USER withdraw what was announced
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
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
# A login that is refused changes nothing.
C USER eve\r\nPASV\r\n
> USER eve\r\n
S 530 not again\r\n
< 530 not again\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,14).\r\n
cancel
expect forward 10.0.0.5:51214 = 127.0.0.2:41522
< 227 Entering Passive Mode (127,0,0,2,162,50).\r\n
count data 1
C REIN\r\nPASV\r\n
> REIN\r\n
S 220 again\r\n
cancel
< 220 again\r\n
< 530 Log in first.\r\n
count refused 1
C USER eve\r\n
> USER eve\r\n
S 230 no password\r\n
audit login="eve"
< 230 no password\r\n
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
C USER bob\r\n
> USER bob\r\n
S 331 name\r\n
cancel
< 331 name\r\n
C PASV\r\n
< 530 Log in first.\r\n
count refused 1
