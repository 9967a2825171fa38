# abor_replies.t - what servers answer to an ABOR
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
C RETR f\r\nABOR\r\nRETR g\r\n
> RETR f\r\n
> ABOR\r\n
S 150 open\r\n225 closed\r\n
< 150 open\r\n
event login="bob" command="RETR" file="f" result="225"
< 225 closed\r\n
> RETR g\r\n
S 150 open\r\n
< 150 open\r\n
C ABOR\r\n
> ABOR\r\n
S 502 what\r\n
< 502 what\r\n
C NOOP\r\n
> NOOP\r\n
S 200 ok\r\n226 done\r\n
< 200 ok\r\n
event login="bob" command="RETR" file="g" result="226"
< 226 done\r\n
C LIST\r\n
> LIST\r\n
S 150 open\r\n
< 150 open\r\n
C ABOR\r\nABOR\r\nNOOP\r\nPWD\r\n
> ABOR\r\n
> ABOR\r\n
> NOOP\r\n
> PWD\r\n
S 226 done\r\n226 aborted\r\n225 nothing\r\n200 ok\r\n257 "/"\r\n
< 226 done\r\n
< 226 aborted\r\n
< 225 nothing\r\n
< 200 ok\r\n
< 257 "/"\r\n
# The second one comes when the next transfer is on its way, or not at all.
C RETR f\r\nABOR\r\nRETR g\r\n
> RETR f\r\n
> ABOR\r\n
S 451 cut\r\n
event login="bob" command="RETR" file="f" result="451"
< 451 cut\r\n
> RETR g\r\n
S 226 aborted\r\n
< 226 aborted\r\n
S 150 open\r\n226 done\r\n
< 150 open\r\n
event login="bob" command="RETR" file="g" result="226"
< 226 done\r\n
C RETR f\r\nABOR\r\nNOOP\r\nNOOP\r\n
> RETR f\r\n
> ABOR\r\n
> NOOP\r\n
> NOOP\r\n
S 550 none\r\n200 1\r\n200 2\r\n
event login="bob" command="RETR" file="f" result="550"
< 550 none\r\n
< 200 1\r\n
< 200 2\r\n
C PWD\r\n
> PWD\r\n
S 257 "/"\r\n
< 257 "/"\r\n
