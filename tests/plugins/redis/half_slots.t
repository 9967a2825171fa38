# half_slots.t - the server ends within a list of nodes
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*2\r\n$8\r\n10.0
< *1\r\n*3\r\n:0\r\n:9\r\n
S|
< *2\r\n$8\r\n10.0
<|
