# tls.t - TLS from the first byte on is not read
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
C \x16\x03\x01\x00\x05hello
log TLS (ldaps): referrals cannot be followed
audit unread="tls"
detached
> \x16\x03\x01\x00\x05hello
S \x16\x03\x03
< \x16\x03\x03
