# reverse.t - CALL lets the server connect, from its OK on
C CALL 127.0.0.1 5000\n
expect reverse 127.0.0.1:5000 unarmed = 10.0.0.1:40001
> CALL 10.0.0.1 40001\n
count call 1
S OK\n
< OK\n
arm
C CALL 127.0.0.1 5001\n
expect reverse 127.0.0.1:5001 unarmed = 10.0.0.1:40002
> CALL 10.0.0.1 40002\n
count call 1
S NO\n
cancel
< NO\n
