# grows.t - a length that needs another byte gets it
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0\x81\x83\x02\x01\x02s~\x04|ldap://10.9.0.2/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
expect forward 10.9.0.2:389 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.9.0.2:389"
< 0\x81\x8d\x02\x01\x02s\x81\x87\x04\x81\x84ldap://127.77.0.1:41390/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
