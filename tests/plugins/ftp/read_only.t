# read_only.t - only commands that change nothing
conf read_only = yes
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
C CWD d\r\nSTOR f\r\nSITE CHMOD 0 f\r\nMDTM 20260101000000 f\r\nMDTM 2026 f\r\nXYZW\r\nMDTM f\r\n
> CWD d\r\n
S 250 ok\r\n
< 250 ok\r\n
event login="bob" command="STOR" file="f" result="refused"
< 550 Not permitted here.\r\n
event login="bob" command="SITE" file="CHMOD 0 f" result="refused"
< 550 Not permitted here.\r\n
< 550 Not permitted here.\r\n
< 550 Not permitted here.\r\n
< 550 Not permitted here.\r\n
> MDTM f\r\n
count refused 5
S 213 20260101000000\r\n
< 213 20260101000000\r\n
