# during_transfer.t - some servers answer while a transfer goes on
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
C STAT\r\nPASV\r\n
> STAT\r\n
S 213 half of it\r\n
< 213 half of it\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
S 226 done\r\n
event login="bob" command="RETR" file="f" result="226"
< 226 done\r\n
C PASV\r\nLIST\r\n
> PASV\r\n
S 425 not now\r\n
< 425 not now\r\n
> LIST\r\n
S 150 here\r\n250 done\r\n
< 150 here\r\n
< 250 done\r\n
