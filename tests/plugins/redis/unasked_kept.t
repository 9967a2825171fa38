# unasked_kept.t - half a list that nobody has asked for stays behind also when a command has come
server 10.0.0.1:7000   shown 127.77.0.1:7000
S :1\r\n*3\r\n$9\r\n
< :1\r\n
C *1\r\n$4\r\nPING\r\n
> *1\r\n$4\r\nPING\r\n
C *1\r\n$4\r\nPING\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\nGET \0 x\r\n
> *1\r\n$4\r\nPING\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
reset redis: not this protocol (application)
