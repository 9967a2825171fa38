# abor_pure_ftpd.t - a server that does not answer to telnet's form of ABOR
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
S 220-- Welcome to Pure-FTPd --\r\n220 ready\r\n
< 220-- Welcome to Pure-FTPd --\r\n
< 220 ready\r\n
C! \xff\xf4\xff
C \xf2ABOR\r\n
> ABOR\r\n
S 226 nothing\r\n
< 226 nothing\r\n
