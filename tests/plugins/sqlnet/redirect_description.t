# redirect_description.t - DESCRIPTION, decoy HOST in CONNECT_DATA, PORT before HOST, spaces, IPv6, quoted host
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
audit service="orcl"
audit program="app"
audit os_user="bob"
> \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
S \x00\x0a\x00\x00\x05\x02\x00\x00\x00\xfe\x01\x08\x00\x00\x06\x00\x00\x00\x00@(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=)(CID=(HOST=decoy)(PORT=9)))(ADDRESS_LIST = (ADDRESS = (PROTOCOL = TCP) (PORT = 1522) (HOST = 2001:db8::7) ) (ADDRESS=(COMMUNITY=x)(PROTOCOL=tcp)(HOST="10.0.0.6")(PORT=1523))))\x00(DESCRIPTION=(CONNECT_DATA=(SID=o)))
expect forward [2001:db8::7]:1522 10.0.0.6:1523 inspect outlives tag=1 = 127.0.0.1:41521
audit redirect="2001:db8::7:1522"
count redirects 1
< \x00\x0a\x00\x00\x05\x02\x00\x00\x00\xff\x01\x09\x00\x00\x06\x00\x00\x00\x00@(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=)(CID=(HOST=decoy)(PORT=9)))(ADDRESS_LIST = (ADDRESS = (PROTOCOL = TCP) (PORT = 41521) (HOST = 127.0.0.1) ) (ADDRESS=(COMMUNITY=x)(PROTOCOL=tcp)(HOST="127.0.0.1")(PORT=41521))))\x00(DESCRIPTION=(CONNECT_DATA=(SID=o)))
S|
<|
C|
>|
