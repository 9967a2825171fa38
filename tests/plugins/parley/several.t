# several.t - of several addresses the client is told one; IPv6 and CR LF as well
server [2001:db8::5]:7000
C OPEN\r\nOPEN\r\n
> OPEN\r\nOPEN\r\n
expect forward [2001:db8::5]:50000 [2001:db8::5]:50001 = [::1]:40001
S DATA 2001:db8::5 50000 2001:db8:0::5 50001\r\n
< DATA ::1 40001\n
count data 1
expect forward [2001:db8::5]:6000 = 127.0.0.1:40002
S DATA 2001:db8::5 6000\r\n
< DATA 127.0.0.1 40002\n
count data 1
