# stderr.t - the server is told of a port of the gateway, not of the client's
app 192.168.7.20:1023
local 10.0.0.1:40000
C 1022\0
expect reverse 192.168.7.20:1022 = 10.0.0.1:41234
> 41234\0
count connections 1
C alice\0bob\0make\0
> alice\0bob\0make\0
audit user="bob"
audit command="make"
detached
S \0
< \0
