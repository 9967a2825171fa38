# epsv_bad.t - a 229 that is malformed
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
C EPSV\r\n
> EPSV\r\n
S 229 ok |||50000|\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (|1|10.0.0.5|50000|)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (|||0|)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (|||70000|)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (|||50000)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (1115000011)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (||50000|)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (|||5 0|)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (|||22|)\r\n
< 502 Passive mode refused.\r\n
C EPSV\r\n
> EPSV\r\n
S 229 (|!|50000|)\r\n
< 502 Passive mode refused.\r\n
