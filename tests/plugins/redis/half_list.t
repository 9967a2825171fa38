# half_list.t - half a list waits for its first word, behind another reply too
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$4\r\nPING\r\n*1\r\n$4\r\nKEYS\r\n
> *1\r\n$4\r\nPING\r\n*1\r\n$4\r\nKEYS\r\n
S :1\r\n*3\r\n$9\r\n
< :1\r\n
S subscriba\r\n:2\r\n
< *3\r\n$9\r\nsubscriba\r\n:2\r\n
# What ends it is no RESP: the reply before has passed.
C *1\r\n$4\r\nPING\r\n*1\r\n$4\r\nKEYS\r\n
> *1\r\n$4\r\nPING\r\n*1\r\n$4\r\nKEYS\r\n
S :1\r\n*3\r\n$9?x\r\n
< :1\r\n*3\r\n
reset redis: not this protocol (server)
