# passive_forms.t - every form in which servers write a 227
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
S 227 10,0,0,5,4,1\r\n
expect forward 10.0.0.5:1025 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
C PASV\r\n
> PASV\r\n
S 227 =10,0,0,5,4,1\r\n
cancel
expect forward 10.0.0.5:1025 = 127.0.0.2:41522
< 227 Entering Passive Mode (127,0,0,2,162,50).\r\n
count data 1
C PASV\r\n
> PASV\r\n
S 227 Passive mode OK (10,0,0,5,4,1)\r\n
cancel
expect forward 10.0.0.5:1025 = 127.0.0.2:41523
< 227 Entering Passive Mode (127,0,0,2,162,51).\r\n
count data 1
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode( 10,0,0,5,4,1).\r\n
cancel
expect forward 10.0.0.5:1025 = 127.0.0.2:41524
< 227 Entering Passive Mode (127,0,0,2,162,52).\r\n
count data 1
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10, 0 ,0,5,4,1)\r\n
cancel
expect forward 10.0.0.5:1025 = 127.0.0.2:41525
< 227 Entering Passive Mode (127,0,0,2,162,53).\r\n
count data 1
C PASV\r\n
> PASV\r\n
S 227 Data transfer will passively listen to 10,0,0,5,4,1\r\n
cancel
expect forward 10.0.0.5:1025 = 127.0.0.2:41526
< 227 Entering Passive Mode (127,0,0,2,162,54).\r\n
count data 1
C PASV\r\n
> PASV\r\n
S 227 Listening (10,0,0,5,004,001)\r\n
cancel
expect forward 10.0.0.5:1025 = 127.0.0.2:41527
< 227 Entering Passive Mode (127,0,0,2,162,55).\r\n
count data 1
# Several lines: one comes out.
C PASV\r\n
> PASV\r\n
S 227-listen socket created\r\n junk 1,2,3\r\n227 (10,0,0,5,4,2)\r\n
cancel
expect forward 10.0.0.5:1026 = 127.0.0.2:41600
< 227 Entering Passive Mode (127,0,0,2,162,128).\r\n
count data 1
# The host that it names is not believed.
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (0,0,0,0,200,13).\r\n
cancel
expect forward 0.0.0.0:51213 10.0.0.5:51213 = 127.0.0.2:41601
< 227 Entering Passive Mode (127,0,0,2,162,129).\r\n
count data 1
# A 229 will do.
C PASV\r\n
> PASV\r\n
S 229 Extended (|||50000|)\r\n
cancel
expect forward 10.0.0.5:50000 = 127.0.0.2:41602
< 227 Entering Passive Mode (127,0,0,2,162,130).\r\n
count data 1
