# escaped.t - hosts with percent escapes are followed, wrong escapes stay
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0D\x02\x01\x02s?\x04#ldap://dc%2D2.corp%2eexample/ou=%41\x04\x18ldap://10%2E98.0.2:3890/
expect forward dc-2.corp.example:389 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 2
audit referral="dc-2.corp.example:389"
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41391
audit referral="10.98.0.2:3890"
< 0?\x02\x01\x02s:\x04\x1eldap://127.77.0.1:41390/ou=%41\x04\x18ldap://127.77.0.1:41391/
S 0@\x02\x01\x02s;\x04\x0bldap://a%2/\x04\x0dldap://a%00b/\x04\x0cldap://a%zz/\x04\x0fldap://b%3a80/x
< 0@\x02\x01\x02s;\x04\x0bldap://a%2/\x04\x0dldap://a%00b/\x04\x0cldap://a%zz/\x04\x0fldap://b%3a80/x
