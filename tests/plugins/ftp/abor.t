# abor.t - one reply to an ABOR, or two
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
C RETR f\r\n
> RETR f\r\n
S 150 open\r\n
< 150 open\r\n
C ABOR\r\nPASV\r\n
> ABOR\r\n
S 426 cut\r\n
event login="bob" command="RETR" file="f" result="426"
< 426 cut\r\n
> PASV\r\n
S 226 aborted\r\n
< 226 aborted\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
C RETR f\r\nABOR\r\nPASV\r\n
> RETR f\r\n
> ABOR\r\n
S 226 aborted\r\n
event 1 login="bob" command="RETR" file="f" result="226"
< 226 aborted\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,14).\r\n
cancel
expect forward 10.0.0.5:51214 = 127.0.0.2:41522
< 227 Entering Passive Mode (127,0,0,2,162,50).\r\n
count data 1
