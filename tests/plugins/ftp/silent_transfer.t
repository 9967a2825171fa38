# silent_transfer.t - the end of a transfer that nobody hears of
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
C NOOP\r\n
> NOOP\r\n
S 200 ok\r\n
< 200 ok\r\n
C RETR g\r\n
time 10s
time 10s
event login="bob" command="RETR" file="f" result="no reply"
> RETR g\r\n
S 150 open\r\n226 done\r\n
< 150 open\r\n
event login="bob" command="RETR" file="g" result="226"
< 226 done\r\n
C LIST\r\n
> LIST\r\n
S 150 open\r\n226 done\r\n
< 150 open\r\n
< 226 done\r\n
