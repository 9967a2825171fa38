# malformed.t - a result that is none is reset
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0\x08\x02\x01\x02e\x03\x02\x01\x00
log a malformed message of LDAP
reset
