# lines.t - lines are written anew, and hide nothing
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
C NOOP\n  NOOP\r\nnoop  two\r\nNOOP\r\r\n
> NOOP\r\n
S 200 1\r\n200 2\r\n
< 200 1\r\n
> NOOP\r\n
< 200 2\r\n
> noop  two\r\n
S 200 3\r\n
< 200 3\r\n
< 500 Not understood.\r\n
count attacks 1
count refused 1
C STAT a\rPORT 1,2,3,4,5,6\r\nSTAT a\0b\r\n\r\n \r\nPO RT\r\nP@SV\r\nVERYLONGVERBS\r\nPORT\t127,0,0,1,200,1\r\n
< 500 Not understood.\r\n
< 500 Not understood.\r\n
< 500 Not understood.\r\n
< 500 Not understood.\r\n
> PO RT\r\n
count attacks 4
count refused 4
S 500 what\r\n
< 500 what\r\n
< 500 Not understood.\r\n
< 500 Not understood.\r\n
< 500 Not understood.\r\n
count attacks 3
count refused 3
