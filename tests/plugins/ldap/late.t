# late.t - answers that come later; the entries behind wait
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 03\x02\x01\x02s.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub0\x0c\x02\x01\x02e\x07\x0a\x01\x00\x04\x00\x04\x00
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = late 127.77.0.1:41390
answer
count referrals 1
audit referral="10.98.0.2:3890"
< 05\x02\x01\x02s0\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub0\x0c\x02\x01\x02e\x07\x0a\x01\x00\x04\x00\x04\x00
