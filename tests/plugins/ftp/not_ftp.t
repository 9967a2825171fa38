# not_ftp.t - some other protocol
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
S 220 ready\r\n
< 220 ready\r\n
C SSH-2.0-x\r\n
reset ftp: protocol violation
