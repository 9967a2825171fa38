# pipelined.t - lftp does not wait for replies
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
C TYPE I\r\nSIZE f\r\nMDTM f\r\nPASV\r\nRETR f\r\n
> TYPE I\r\n
S 200 binary\r\n
< 200 binary\r\n
> SIZE f\r\n
S 213 10\r\n
< 213 10\r\n
> MDTM f\r\n
S 213 20260101000000\r\n
< 213 20260101000000\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
> RETR f\r\n
count data 1
S 150 open\r\n226 done\r\n
< 150 open\r\n
event 1 login="bob" command="RETR" file="f" result="226"
< 226 done\r\n
