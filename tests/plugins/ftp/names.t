# names.t - an argument is the server's, byte for byte
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
C DELE \xff\xf0.txt\r\nDELE \xff\xf4\xff\xf2\xff\xff\xff\r\nDELE  \xff\xfb \r\n
> DELE \xff\xf0.txt\r\n
S 250 gone\r\n
event login="bob" command="DELE" file="\xff\xf0.txt" result="250"
< 250 gone\r\n
> DELE \xff\xf4\xff\xf2\xff\xff\xff\r\n
S 250 gone\r\n
event login="bob" command="DELE" file="\xff\xf4\xff\xf2\xff\xff\xff" result="250"
< 250 gone\r\n
> DELE  \xff\xfb \r\n
S 250 gone\r\n
event login="bob" command="DELE" file=" \xff\xfb " result="250"
< 250 gone\r\n
C \xff\xfb\x01DELE \xff\xf1\xf2ABOR\n
> DELE \xff\xf1\xf2ABOR\r\n
S 250 gone\r\n
event login="bob" command="DELE" file="\xff\xf1\xf2ABOR" result="250"
< 250 gone\r\n
C CWD Icon\r\r\n
> CWD Icon\r\r\n
S 250 there\r\n
< 250 there\r\n
# What a server could take for two lines is none.
C CWD a\r\0b\r\nCWD a\rb\r\r\nCWD\r\r\n
< 500 Not understood.\r\n
< 500 Not understood.\r\n
< 500 Not understood.\r\n
count attacks 3
count refused 3
# No names.
C PASV \r\nEPSV  1 \r\nPORT  127,0,0,1,234,59 \r\n
> PASV\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
expect forward 10.0.0.5:51213 = 127.0.0.2:41521
< 227 Entering Passive Mode (127,0,0,2,162,49).\r\n
count data 1
> EPSV\r\n
S 229 Entering Extended Passive Mode (|||51214|)\r\n
cancel
expect forward 10.0.0.5:51214 = 127.0.0.2:41522
< 229 Entering Extended Passive Mode (|||41522|)\r\n
count data 1
cancel
expect reverse 127.0.0.1:59963 unarmed = 10.9.8.7:50001
> PORT 10,9,8,7,195,81\r\n
S 200 ok\r\n
arm
< 200 ok\r\n
