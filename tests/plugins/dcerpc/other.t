# other.t - another protocol is reset
server 10.98.0.1:135
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:135
C GET / HTTP/1.1\r\n
reset
