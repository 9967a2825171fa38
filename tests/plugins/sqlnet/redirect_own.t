# redirect_own.t - what means the host of the server
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
audit service="orcl"
audit program="app"
audit os_user="bob"
> \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
S \x00\xcc\x00\x00\x05\x00\x00\x00\x00\xc2(ADDRESS_LIST=(ADDRESS=(PROTOCOL=TCP)(HOST=localhost)(PORT=1525))(ADDRESS=(HOST=)(PORT=1526))(ADDRESS=(HOST=127.0.0.1)(PORT=1527))(ADDRESS=(HOST=::)(PORT=1528))(ADDRESS=(HOST=[::1])(PORT=1529)))
expect forward 10.0.0.5:1525 10.0.0.5:1526 10.0.0.5:1527 10.0.0.5:1528 10.0.0.5:1529 inspect outlives tag=1 = 127.0.0.1:41521
audit redirect="10.0.0.5:1525"
count redirects 1
< \x00\xe5\x00\x00\x05\x00\x00\x00\x00\xdb(ADDRESS_LIST=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=41521))(ADDRESS=(HOST=127.0.0.1)(PORT=41521))(ADDRESS=(HOST=127.0.0.1)(PORT=41521))(ADDRESS=(HOST=127.0.0.1)(PORT=41521))(ADDRESS=(HOST=127.0.0.1)(PORT=41521)))
