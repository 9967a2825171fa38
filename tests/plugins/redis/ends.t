# ends.t - half a command, half a reply
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n
C *2\r\n$3
C|
>|
S $3\r\nab
< $3\r\nab
S|
<|
