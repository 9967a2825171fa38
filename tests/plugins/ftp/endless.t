# endless.t - a reply of several lines that does not end
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
C STAT\r\nPWD\r\nPASV\r\n
> STAT\r\n
S 211-status\r\n 1\r\n200 end\r\n
< 211-status\r\n
<  1\r\n
< 200 end\r\n
time 10s
time 10s
log the server has not ended its reply 211 of several lines; the next line is taken for another reply
> PWD\r\n
S 257 "/"\r\n
< 257 "/"\r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
