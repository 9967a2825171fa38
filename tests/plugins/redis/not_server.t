# not_server.t - the server speaks something else
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$4\r\nPING\r\n
> *1\r\n$4\r\nPING\r\n
S HTTP/1.0 400 Bad\r\n
reset redis: not this protocol (server)
