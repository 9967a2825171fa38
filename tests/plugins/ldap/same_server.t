# same_server.t - the server itself is the address that the application has dialled
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 07\x02\x01\x02s2\x04\x15ldap://10.98.0.1/ou=a\x04\x19ldap://10.98.0.1:389/ou=a
< 0=\x02\x01\x02s8\x04\x1aldap://127.77.0.1:389/ou=a\x04\x1aldap://127.77.0.1:389/ou=a
