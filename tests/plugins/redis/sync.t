# sync.t - a replica takes over the connection
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$4\r\nPING\r\n*1\r\n$4\r\nSYNC\r\n
> *1\r\n$4\r\nPING\r\n*1\r\n$4\r\nSYNC\r\n
audit replication="yes"
detached
S +PONG\r\n$-1anything
< +PONG\r\n$-1anything
