# commands.t - allowed and denied commands
conf allow_commands = USER, pass, NOOP, SITE
conf deny_commands = site
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
C LIST\r\nSITE X\r\nQUIT\r\n
< 550 Not permitted here.\r\n
event login="bob" command="SITE" file="X" result="refused"
< 550 Not permitted here.\r\n
> QUIT\r\n
count refused 2
S 221 bye\r\n
< 221 bye\r\n
