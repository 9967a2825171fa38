# bad_long_host.t - a redirect that is malformed
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
audit service="orcl"
audit program="app"
audit os_user="bob"
> \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
S \x01R\x00\x00\x05\x00\x00\x00\x01H(ADDRESS=(HOST=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)(PORT=1521))
audit refused="a malformed redirect"
audit ora="12535"
count refused 1
< \x00_\x00\x00\x04\x00\x00\x00"\x00\x00S(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=12535)(ERROR_STACK=(ERROR=(CODE=12535)(EMFI=4))))
finish
