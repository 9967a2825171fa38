# redirect_others.t - addresses that are not of TCP, or none of the client's
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
audit service="orcl"
audit program="app"
audit os_user="bob"
> \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
S \x01\x04\x00\x00\x05\x00\x00\x00\x00\xfa(DESCRIPTION_LIST = (DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=)(ADDRESS=(HOST=10.9.9.9)(PORT=9999)))(ADDRESS=(PROTOCOL=ipc)(KEY=x))(ADDRESS=(PROTOCOL=ipc)(HOST=x)(PORT=y))\x09(address = (protocol=TCPS)(port='1525')\x0a(host= 10.0.0.7 )(DEV=6)(X=(HOST=z)))))
expect forward 10.0.0.7:1525 inspect outlives tag=1 = 127.0.0.1:41521
audit redirect="10.0.0.7:1525"
count redirects 1
< \x01\x06\x00\x00\x05\x00\x00\x00\x00\xfc(DESCRIPTION_LIST = (DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=)(ADDRESS=(HOST=10.9.9.9)(PORT=9999)))(ADDRESS=(PROTOCOL=ipc)(KEY=x))(ADDRESS=(PROTOCOL=ipc)(HOST=x)(PORT=y))\x09(address = (protocol=TCPS)(port='41521')\x0a(host= 127.0.0.1 )(DEV=6)(X=(HOST=z)))))
