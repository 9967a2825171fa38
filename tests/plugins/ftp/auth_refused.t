# auth_refused.t - AUTH is refused, and does not show
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
C FEAT\r\nAUTH TLS\r\nAUTH SSL\r\nPBSZ 0\r\nPROT P\r\nCCC\r\nLPSV\r\n
> FEAT\r\n
S 211-Features:\r\n AUTH TLS\r\n EPSV\r\n AUTH TLS;SSL\r\n PBSZ\r\n PROT\r\n SSCN\r\n UTF8\r\n211 End\r\n
< 211-Features:\r\n
<  EPSV\r\n
<  UTF8\r\n
< 211 End\r\n
< 502 Not available on this path.\r\n
< 502 Not available on this path.\r\n
< 502 Not available on this path.\r\n
< 502 Not available on this path.\r\n
< 502 Not available on this path.\r\n
< 502 Not available on this path.\r\n
count refused 6
C STAT\r\n
> STAT\r\n
S 211-x\r\n AUTH TLS\r\n211 y\r\n
< 211-x\r\n
<  AUTH TLS\r\n
< 211 y\r\n
