# auth_opaque.t - after a 234 nothing is read any more
conf auth_tls = opaque
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
S 220 ready\r\n
< 220 ready\r\n
C FEAT\r\n
> FEAT\r\n
S 211-Features:\r\n AUTH TLS\r\n211 End\r\n
< 211-Features:\r\n
<  AUTH TLS\r\n
< 211 End\r\n
C AUTH SSL\r\nAUTH TLS\r\n
> AUTH SSL\r\n
S 534 no\r\n
< 534 no\r\n
> AUTH TLS\r\n
S 234 go\r\n\x16\x03\0
< 234 go\r\n\x16\x03\0
detached
C \x16\x03\x01PORT 1,2,3,4,5,6\r\n
> \x16\x03\x01PORT 1,2,3,4,5,6\r\n
