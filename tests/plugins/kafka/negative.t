# negative.t - a length below 0
server 10.0.0.5:9092
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:9092
C \xff\xff\xff\xff
reset kafka: not this protocol (application)
