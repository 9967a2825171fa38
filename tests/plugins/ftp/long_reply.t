# long_reply.t - a line of a reply that is longer than any buffer
server 10.0.0.5:21
local 10.9.8.7:40000
app 127.0.0.1:50001
shown 127.0.0.2:21
S 220 ready\r\n
< 220 ready\r\n
C USER bob\r\nPASS secret\r\n
> USER bob\r\n
S 331 name\r\n
< 331 name\r\n
> PASS secret\r\n
S 230 in\r\n
audit login="bob"
< 230 in\r\n
C PWD\r\nSTAT\r\nPASV\r\nEPSV\r\nNOOP\r\n
> PWD\r\n
S 257 "\*20000(x)"\r\n
< 257 "\*20000(x)"\r\n
> STAT\r\n
S 211-\*16381(a)211 b\r\n\*40000(c)\r\n211 d\r\n
< 211-\*16381(a)211 b\r\n
< \*40000(c)\r\n
< 211 d\r\n
> PASV\r\n
S 227 \*20000(x)(10,0,0,5,200,13).\r\n
< 502 Passive mode refused.\r\n
> EPSV\r\n
S 229-\*20000(x)\r\n229 (|||51213|)\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 229 Entering Extended Passive Mode (|||41521|)\r\n
count data 1
> NOOP\r\n
S 200 ok\r\n
< 200 ok\r\n
