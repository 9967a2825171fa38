# odd_codes.t - codes that other commands have end a command as well
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
C NOOP\r\nPWD\r\nABOR\r\nSTAT\r\n
> NOOP\r\n
S 226 well\r\n
< 226 well\r\n
> PWD\r\n
S 225 well\r\n
< 225 well\r\n
> ABOR\r\n
S 226 nothing to abort\r\n
< 226 nothing to abort\r\n
> STAT\r\n
S 250-x\r\n250 y\r\n
< 250-x\r\n
< 250 y\r\n
# Also where an address was asked for; that may be late.
C PASV\r\nNOOP\r\n
> PASV\r\n
S 200 wait\r\n
< 200 wait\r\n
> NOOP\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
S 200 ok\r\n
< 200 ok\r\n
# A transfer that began by itself, of a verb that we do not know.
C XSEND f\r\nNOOP\r\n
> XSEND f\r\n
S 125 sending\r\n
< 125 sending\r\n
> NOOP\r\n
S 200 ok\r\n226 done\r\n
< 200 ok\r\n
< 226 done\r\n
# Restart marks, delays, and what only goes on.
C RETR f\r\nREIN\r\n
> RETR f\r\n
> REIN\r\n
S 150-two\r\n150 lines\r\n110 MARK a = b\r\n
< 150-two\r\n
< 150 lines\r\n
< 110 MARK a = b\r\n
S 120 soon\r\n226 done\r\n
< 120 soon\r\n
event 1 login="bob" command="RETR" file="f" result="226"
< 226 done\r\n
S 220 ready\r\n
cancel
< 220 ready\r\n
