# start_tls_refused.t - a refusal of StartTLS, and other extended operations, end nothing
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
C 0\x1d\x02\x01\x01w\x18\x80\x161.3.6.1.4.1.1466.20037
> 0\x1d\x02\x01\x01w\x18\x80\x161.3.6.1.4.1.1466.20037
S 0\x0c\x02\x01\x01x\x07\x0a\x01\x02\x04\x00\x04\x00
< 0\x0c\x02\x01\x01x\x07\x0a\x01\x02\x04\x00\x04\x00
C 0\x1e\x02\x01\x02w\x19\x80\x171.3.6.1.4.1.4203.1.11.3
> 0\x1e\x02\x01\x02w\x19\x80\x171.3.6.1.4.1.4203.1.11.3
S 0\x11\x02\x01\x02x\x0c\x0a\x01\x00\x04\x00\x04\x00\x8b\x03u:x
< 0\x11\x02\x01\x02x\x0c\x0a\x01\x00\x04\x00\x04\x00\x8b\x03u:x
S 03\x02\x01\x03s.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 05\x02\x01\x03s0\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub
