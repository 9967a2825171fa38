# epsv_all.t - EPSV ALL announces nothing, whatever the answer
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
C EPSV ALL\r\n
> EPSV ALL\r\n
S 229 EPSV ALL Successful.\r\n
< 200 Only EPSV from now on.\r\n
C EPSV ALL\r\n
> EPSV ALL\r\n
S 229 Entering Extended Passive Mode (|||60798|)\r\n
< 200 Only EPSV from now on.\r\n
C epsv all \r\n
> epsv all\r\n
S 229-Entering\r\n229 Extended Passive Mode (|||60798|)\r\n
< 200 Only EPSV from now on.\r\n
C EPSV ALL\r\nEPSV\r\n
> EPSV ALL\r\n
S 227 Entering Passive Mode (10,0,0,5,200,13).\r\n
< 200 Only EPSV from now on.\r\n
> EPSV\r\n
S 229 Entering Extended Passive Mode (|||60798|)\r\n
expect forward 10.0.0.5:60798 = 127.0.0.2:41521
< 229 Entering Extended Passive Mode (|||41521|)\r\n
count data 1
C EPSV ALL\r\n
> EPSV ALL\r\n
S 220 well\r\n
< 220 well\r\n
C EPSV ALL\r\n
> EPSV ALL\r\n
S 502 what\r\n
< 502 what\r\n
# Beside a transfer; its end comes first, or last.
C RETR f\r\n
> RETR f\r\n
S 150 open\r\n
< 150 open\r\n
C EPSV ALL\r\n
> EPSV ALL\r\n
S 229 ALL\r\n226 done\r\n
< 200 Only EPSV from now on.\r\n
event 1 login="bob" command="RETR" file="f" result="226"
< 226 done\r\n
