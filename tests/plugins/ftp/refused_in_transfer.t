# refused_in_transfer.t - a command is refused or answered while a transfer runs
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
C SIZE y\r\n
> SIZE y\r\n
S 550 no such file\r\n
< 550 no such file\r\n
C CWD d\r\n
> CWD d\r\n
S 250 there\r\n
< 250 there\r\n
C RNFR a\r\n
> RNFR a\r\n
S 350 go on\r\n
event login="bob" command="RNFR" file="a" result="350"
< 350 go on\r\n
C DELE a\r\n
> DELE a\r\n
S 450 transfer in progress\r\n
event login="bob" command="DELE" file="a" result="450"
< 450 transfer in progress\r\n
C STAT\r\n
> STAT\r\n
S 213-half\r\n226 of it\r\n213 end\r\n
< 213-half\r\n
< 226 of it\r\n
< 213 end\r\n
S 226 done\r\n
event login="bob" command="RETR" file="f" result="226"
< 226 done\r\n
C PWD\r\n
> PWD\r\n
S 257 "/"\r\n
< 257 "/"\r\n
# A 250 ends a transfer, too, if nothing else was asked.
C LIST\r\n
> LIST\r\n
S 150 here\r\n
< 150 here\r\n
C NOOP\r\n
> NOOP\r\n
S 250 listed\r\n200 ok\r\n
< 250 listed\r\n
< 200 ok\r\n
C PASV\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
