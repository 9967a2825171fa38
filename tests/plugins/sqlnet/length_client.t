# length_client.t - the same of the client
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\x00\x00\x01
reset sqlnet: not this protocol (application)
