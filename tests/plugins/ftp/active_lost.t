# active_lost.t - a 226 for what has not reached the application
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
# Refused, known before the reply.
C PORT 127,0,0,1,234,59\r\n
expect reverse 127.0.0.1:59963 unarmed = 10.9.8.7:50001
> PORT 10,9,8,7,195,81\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C RETR f\r\n
> RETR f\r\n
outcome failed
S 150 open\r\n226 done\r\n
< 150 open\r\n
event 1 login="bob" command="RETR" file="f" result="426"
log the server reports success (226), but its data connection did not reach the application, which gets the reply 426
< 426 The data connection did not reach you; transfer aborted.\r\n
# From another host; the reply has several lines.
C PORT 127,0,0,1,234,60\r\n
cancel 1
expect reverse 127.0.0.1:59964 unarmed = 10.9.8.7:50002
> PORT 10,9,8,7,195,82\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C LIST\r\n
> LIST\r\n
outcome denied
S 150 open\r\n226-all is well:\r\n12 bytes\r\n226 done\r\n
log the server reports success (226), but its data connection did not reach the application, which gets the reply 426
< 150 open\r\n
< 426 The data connection did not reach you; transfer aborted.\r\n
# On its way: the reply waits, and so does what comes behind it.
C PORT 127,0,0,1,234,61\r\n
cancel 2
expect reverse 127.0.0.1:59965 unarmed = 10.9.8.7:50003
> PORT 10,9,8,7,195,83\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C RETR g\r\n
> RETR g\r\n
outcome wait
S 150 open\r\n226 done\r\n
< 150 open\r\n
C NOOP\r\n
> NOOP\r\n
S 200 yes\r\n
outcome ok
event 3 login="bob" command="RETR" file="g" result="226"
< 226 done\r\n
< 200 yes\r\n
# However long that takes: the client waits for its data, too.
C PORT 127,0,0,1,234,62\r\n
cancel 3
expect reverse 127.0.0.1:59966 unarmed = 10.9.8.7:50004
> PORT 10,9,8,7,195,84\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
C STOR h\r\n
> STOR h\r\n
outcome wait
S 150 open\r\n250 done\r\n
< 150 open\r\n
time 10m
outcome failed
event 4 login="bob" command="STOR" file="h" result="426"
log the server reports success (250), but its data connection did not reach the application, which gets the reply 426
< 426 The data connection did not reach you; transfer aborted.\r\n
# But for an ABOR.
C RETR a\r\n
> RETR a\r\n
outcome wait
S 226 done\r\n
C ABOR\r\n
> ABOR\r\n
event 4 login="bob" command="RETR" file="a" result="226"
< 226 done\r\n
S 225 none\r\n
< 225 none\r\n
# A refusal passes, and so does what answers an ABOR.
C RETR i\r\n
> RETR i\r\n
outcome failed
S 425 cannot\r\n
event 4 login="bob" command="RETR" file="i" result="425"
< 425 cannot\r\n
C RETR k\r\nABOR\r\n
> RETR k\r\n
> ABOR\r\n
S 226 aborted\r\n
event 4 login="bob" command="RETR" file="k" result="226"
< 226 aborted\r\n
