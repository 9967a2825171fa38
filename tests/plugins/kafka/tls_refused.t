# tls_refused.t - a client that uses TLS is refused
conf tls = refuse
server 10.0.0.5:9092
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:9092
C \x16\x03\x01\x00\x05\x01\x00\x00\x01\x03\x03
audit tls="yes"
log refused: the client uses TLS
finish
