# connect_short.t - a CONNECT without its fields
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\x08\x00\x00\x01\x00\x00\x00
reset sqlnet: protocol violation
