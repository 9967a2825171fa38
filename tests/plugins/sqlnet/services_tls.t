# services_tls.t - TLS where only some services are allowed
conf services = orcl
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x16\x03\x01\x00
reset sqlnet: protocol violation
