# reset_list.t - a server that answers RESET with a list is no Redis
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$5\r\nRESET\r\n*1\r\n$7\r\nMONITOR\r\n
> *1\r\n$5\r\nRESET\r\n
S *1\r\n$5\r\nhello\r\n
reset redis: not this protocol (server)
