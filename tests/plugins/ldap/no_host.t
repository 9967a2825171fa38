# no_host.t - URLs without a host, and of other kinds, stay
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0w\x02\x01\x02sr\x04\x0cldap:///ou=a\x04\x0eldapi://%2fvar\x04\x10http://10.1.1.1/\x04\x07ldap://\x04\x0bldap://[::1\x04\x0bldap://a b/\x04\x0fldap://x:99999/\x04\x0cldap://x:1x/
< 0w\x02\x01\x02sr\x04\x0cldap:///ou=a\x04\x0eldapi://%2fvar\x04\x10http://10.1.1.1/\x04\x07ldap://\x04\x0bldap://[::1\x04\x0bldap://a b/\x04\x0fldap://x:99999/\x04\x0cldap://x:1x/
