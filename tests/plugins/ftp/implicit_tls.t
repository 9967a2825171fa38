# implicit_tls.t - FTPS from the first byte
conf auth_tls = opaque
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
C \x16\x03\x01\x02\0
> \x16\x03\x01\x02\0
detached
S \x16\x03\x03
< \x16\x03\x03
