# telnet.t - telnet commands before a command, which are for nobody but with an ABOR
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
C LIST\r\n
> LIST\r\n
S 150 here\r\n
< 150 here\r\n
C! \xff\xf4\xff
C \xf2ABOR\r\n
>! \xff\xf4\xff
> \xf2ABOR\r\n
S 426 cut\r\n226 aborted\r\n
< 426 cut\r\n
< 226 aborted\r\n
C \xf2ABOR\r\n
> ABOR\r\n
S 225 nothing\r\n
< 225 nothing\r\n
C! \xff\xf4\xff\xf2
C ABOR\r\n
>! \xff\xf4\xff\xf2
> ABOR\r\n
S 225 nothing\r\n
< 225 nothing\r\n
# Without the mark, or with it elsewhere, they tell nobody anything.
C \xff\xf4\xff\xf2ABOR\r\n
> ABOR\r\n
S 225 nothing\r\n
< 225 nothing\r\n
C! \xff\xf4\xff\xf2A
C BOR\r\n
> ABOR\r\n
S 225 nothing\r\n
< 225 nothing\r\n
C! \xff\xf4\xff\xf2
C NOOP\xff\xf1\r\n
> NOOP\r\n
S 200 ok\r\n
< 200 ok\r\n
C \xff\xfb\0
+! \xff\xf4\xff\xf2
C ABOR\r\n
>! \xff\xfb\0\xff\xf4\xff\xf2
> ABOR\r\n
S 225 nothing\r\n
< 225 nothing\r\n
C \xff\xfb\x01\xff\xfd\x03NO\xff\xf1OP\xff\xfe\x04\r\nSIZE \xff\xff\xf0\r\nSIZE \xff \xffx\r\n
> NOOP\r\n
S 200 ok\r\n213 1\r\n213 2\r\n
< 200 ok\r\n
> SIZE \xff\xff\xf0\r\n
< 213 1\r\n
> SIZE \xff \xffx\r\n
< 213 2\r\n
