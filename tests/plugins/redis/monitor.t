# monitor.t - the lines of MONITOR answer nothing
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$7\r\nMONITOR\r\n
> *1\r\n$7\r\nMONITOR\r\n
S +OK\r\n
< +OK\r\n
S +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
< +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
C *1\r\n$4\r\nPING\r\n
> *1\r\n$4\r\nPING\r\n
S +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
< +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
S +PONG\r\n
< +PONG\r\n
S +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
< +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
C *1\r\n$5\r\nRESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
> *1\r\n$5\r\nRESET\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n
S +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
< +1339518083.107412 [0 127.0.0.1:60866] "get" "MOVED 1 10.0.0.2:7000"\r\n
S +RESET\r\n
< +RESET\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
