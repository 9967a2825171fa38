# real.t - the application dials the real addresses: nothing changes
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 03\x02\x01\x02s.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 10.98.0.2:3890
count referrals 1
audit referral="10.98.0.2:3890"
< 03\x02\x01\x02s.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
