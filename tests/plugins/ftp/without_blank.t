# without_blank.t - replies with nothing behind the code
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
C NOOP\r\nPWD\r\nSTAT\r\nNOOP\r\nHELP\r\nNOOP\r\n
> NOOP\r\n
S 200\r\n
< 200\r\n
> PWD\r\n
S 257\n
< 257\n
> STAT\r\n
S 211-a\r\n211x\r\n211-\r\n211\r\n
< 211-a\r\n
< 211x\r\n
< 211-\r\n
< 211\r\n
> NOOP\r\n
S 200ok\r\n
< 200ok\r\n
> HELP\r\n
S 214-a\n214\n
< 214-a\n
< 214\n
> NOOP\r\n
S \xff\xf1200 ok\r\n
< \xff\xf1200 ok\r\n
C PWD\r\nNOOP\r\n
> PWD\r\n
S \xff\xfb\x01257-a\r\n\xff\xf2257 b\r\n
< \xff\xfb\x01257-a\r\n
< \xff\xf2257 b\r\n
> NOOP\r\n
S 200 ok\r\n
< 200 ok\r\n
