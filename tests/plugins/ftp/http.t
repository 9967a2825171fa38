# http.t - a form that a web page made a browser send
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
C POST / HTTP/1.1\r\nHost: ftp\r\n\r\nUSER a\r\nPORT 127,0,0,1,200,1\r\n
S 220 ready\r\n
< 220 ready\r\n
reset ftp: protocol violation
