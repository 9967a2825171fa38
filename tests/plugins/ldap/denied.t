# denied.t - what may not be followed is left out: one of two, all of a reference
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0K\x02\x01\x02sF\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub\x04\x16ldap://10.98.0.3:3890/
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = denied
count refused 1
audit refused="10.98.0.2:3890"
expect forward 10.98.0.3:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.3:3890"
< 0\x1f\x02\x01\x02s\x1a\x04\x18ldap://127.77.0.1:41390/
S 03\x02\x01\x02s.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = denied
count refused 1
audit refused="10.98.0.2:3890"
S 0\x0c\x02\x01\x02e\x07\x0a\x01\x00\x04\x00\x04\x00
< 0\x0c\x02\x01\x02e\x07\x0a\x01\x00\x04\x00\x04\x00
