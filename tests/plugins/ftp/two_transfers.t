# two_transfers.t - a transfer waits for the one before
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
C RETR a\r\nRETR b\r\nLIST\r\nDELE c\r\n
> RETR a\r\n
S 150 open\r\n226 done\r\n
< 150 open\r\n
event login="bob" command="RETR" file="a" result="226"
< 226 done\r\n
> RETR b\r\n
S 550 none\r\n
event login="bob" command="RETR" file="b" result="550"
< 550 none\r\n
> LIST\r\n
> DELE c\r\n
S 226 listed\r\n
< 226 listed\r\n
S 250 gone\r\n
event login="bob" command="DELE" file="c" result="250"
< 250 gone\r\n
# What is refused here waits for both.
C RETR a\r\nDELE c\r\nAUTH TLS\r\n
> RETR a\r\n
> DELE c\r\n
S 226 done\r\n
event login="bob" command="RETR" file="a" result="226"
< 226 done\r\n
S 250 gone\r\n
event login="bob" command="DELE" file="c" result="250"
< 250 gone\r\n
< 502 Not available on this path.\r\n
count refused 1
