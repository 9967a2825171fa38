# result.t - the referral of other results: search, modify, and with what stands behind it
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0O\x02\x01\x07aH\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub\xa0\x00
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0Q\x02\x01\x07aJ\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub\xa0\x00
S 0M\x02\x01\x07eH\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0O\x02\x01\x07eJ\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub
S 0M\x02\x01\x07gH\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0O\x02\x01\x07gJ\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub
S 0M\x02\x01\x07iH\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0O\x02\x01\x07iJ\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub
S 0M\x02\x01\x07kH\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0O\x02\x01\x07kJ\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub
S 0M\x02\x01\x07mH\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0O\x02\x01\x07mJ\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub
S 0M\x02\x01\x07oH\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0O\x02\x01\x07oJ\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub
S 0P\x02\x01\x07xK\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub\x8a\x01x
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="10.98.0.2:3890"
< 0R\x02\x01\x07xM\x0a\x01\x0a\x04\x11ou=sub,dc=example\x04\x00\xa30\x04.ldap://127.77.0.1:41390/ou=sub,dc=example??sub\x8a\x01x
