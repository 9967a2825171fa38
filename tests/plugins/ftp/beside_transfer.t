# beside_transfer.t - a server that reads no command before the transfer's end
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
C STOR f\r\n
> STOR f\r\n
S 150 send\r\n
< 150 send\r\n
C NOOP\r\nSTAT\r\nNOOP\r\nDELE a\r\nABOR\r\nPASV\r\n
> NOOP\r\n
> STAT\r\n
> NOOP\r\n
> DELE a\r\n
> ABOR\r\n
S 426 cut\r\n
event login="bob" command="STOR" file="f" result="426"
< 426 cut\r\n
S 200 1\r\n211-a\r\n211 b\r\n200 2\r\n
< 200 1\r\n
< 211-a\r\n
< 211 b\r\n
< 200 2\r\n
S 250 gone\r\n
event login="bob" command="DELE" file="a" result="250"
< 250 gone\r\n
> PASV\r\n
S 226 aborted\r\n
< 226 aborted\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
# One that is asked for an address, and to leave.
C RETR f\r\nPASV\r\nQUIT\r\n
> RETR f\r\n
> PASV\r\n
> QUIT\r\n
S 150 open\r\n226 done\r\n
< 150 open\r\n
event 1 login="bob" command="RETR" file="f" result="226"
< 226 done\r\n
S 227 Entering Passive Mode (10,0,0,5,200,14).\r\n
cancel
expect forward 10.0.0.5:51214 = 127.0.0.2:41522
< 227 Entering Passive Mode (127,0,0,2,162,50).\r\n
count data 1
S 221 bye\r\n
cancel
< 221 bye\r\n
