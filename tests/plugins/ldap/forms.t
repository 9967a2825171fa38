# forms.t - forms of URLs
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0Y\x02\x01\x02sT\x04\x15LDAP://10.98.0.2:3890\x04\x1bldap://[2001:db8::2]:3890?x\x04\x10ldap://ds2:3890/\x04\x0cldap://ds3:/
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 4
audit referral="10.98.0.2:3890"
expect forward [2001:db8::2]:3890 inspect shared lifetime=10m = 127.77.0.1:41391
audit referral="2001:db8::2:3890"
expect forward ds2:3890 inspect shared lifetime=10m = [::1]:41392
audit referral="ds2:3890"
expect forward ds3:389 inspect shared lifetime=10m = 127.77.0.1:41393
audit referral="ds3:389"
< 0h\x02\x01\x02sc\x04\x17LDAP://127.77.0.1:41390\x04\x19ldap://127.77.0.1:41391?x\x04\x13ldap://[::1]:41392/\x04\x18ldap://127.77.0.1:41393/
