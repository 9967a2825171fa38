# ldaps.t - a referral to TLS is not read there
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0\x1d\x02\x01\x02s\x18\x04\x16ldaps://10.98.0.2/ou=a
expect forward 10.98.0.2:636 shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:636"
< 0$\x02\x01\x02s\x1f\x04\x1dldaps://127.77.0.1:41390/ou=a
