# first.t - something else than CONNECT begins
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\x0b\x00\x00\x06\x00\x00\x00\x00@x
reset sqlnet: protocol violation
