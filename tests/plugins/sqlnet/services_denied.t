# services_denied.t - a service that is not
conf services = other
server 10.0.0.5:1521
local 10.0.0.1:40000
app 127.0.0.1:50001
shown 127.0.0.1:1521
C \x00\xd4\x00\x00\x01\x00\x00\x00\x01?\x01,\x00\x01 \x00\xff\xffO\x98\x00\x00\x00\x01\x00\x8a\x00J\x00\x00\x00\x00\x84\x84\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00 \x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=orcl)(CID=(PROGRAM=app)(HOST=pc7)(USER=bob)))(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521)))
audit service="orcl"
audit program="app"
audit os_user="bob"
audit refused="a service that is not allowed"
audit ora="12514"
count refused 1
< \x00_\x00\x00\x04\x00\x00\x00"\x00\x00S(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=12514)(ERROR_STACK=(ERROR=(CODE=12514)(EMFI=4))))
finish
