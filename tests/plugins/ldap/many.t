# many.t - more than eight are followed, and eight are in the audit
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0\x81\xec\x02\x01\x02s\x81\xe6\x04\x11ldap://10.98.1.0/\x04\x11ldap://10.98.1.1/\x04\x11ldap://10.98.1.2/\x04\x11ldap://10.98.1.3/\x04\x11ldap://10.98.1.4/\x04\x11ldap://10.98.1.5/\x04\x11ldap://10.98.1.6/\x04\x11ldap://10.98.1.7/\x04\x11ldap://10.98.1.8/\x04\x11ldap://10.98.1.9/\x04\x12ldap://10.98.1.10/\x04\x12ldap://10.98.1.11/
expect forward 10.98.1.0:389 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 12
audit referral="10.98.1.0:389"
expect forward 10.98.1.1:389 inspect shared lifetime=10m = 127.77.0.1:41391
audit referral="10.98.1.1:389"
expect forward 10.98.1.2:389 inspect shared lifetime=10m = 127.77.0.1:41392
audit referral="10.98.1.2:389"
expect forward 10.98.1.3:389 inspect shared lifetime=10m = 127.77.0.1:41393
audit referral="10.98.1.3:389"
expect forward 10.98.1.4:389 inspect shared lifetime=10m = 127.77.0.1:41394
audit referral="10.98.1.4:389"
expect forward 10.98.1.5:389 inspect shared lifetime=10m = 127.77.0.1:41395
audit referral="10.98.1.5:389"
expect forward 10.98.1.6:389 inspect shared lifetime=10m = 127.77.0.1:41396
audit referral="10.98.1.6:389"
expect forward 10.98.1.7:389 inspect shared lifetime=10m = 127.77.0.1:41397
audit referral="10.98.1.7:389"
expect forward 10.98.1.8:389 inspect shared lifetime=10m = 127.77.0.1:41398
expect forward 10.98.1.9:389 inspect shared lifetime=10m = 127.77.0.1:41399
expect forward 10.98.1.10:389 inspect shared lifetime=10m = 127.77.0.1:41400
expect forward 10.98.1.11:389 inspect shared lifetime=10m = 127.77.0.1:41401
< 0\x82\x01?\x02\x01\x02s\x82\x018\x04\x18ldap://127.77.0.1:41390/\x04\x18ldap://127.77.0.1:41391/\x04\x18ldap://127.77.0.1:41392/\x04\x18ldap://127.77.0.1:41393/\x04\x18ldap://127.77.0.1:41394/\x04\x18ldap://127.77.0.1:41395/\x04\x18ldap://127.77.0.1:41396/\x04\x18ldap://127.77.0.1:41397/\x04\x18ldap://127.77.0.1:41398/\x04\x18ldap://127.77.0.1:41399/\x04\x18ldap://127.77.0.1:41400/\x04\x18ldap://127.77.0.1:41401/
