# denied_result.t - a result without a referral says why
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0L\x02\x01\x03gE\x0a\x01\x0a\x04\x06ou=sub\x04\x08old text\xa3.\x04,ldap://10.98.0.2:3890/ou=sub,dc=example??sub\xa0\x00
expect forward 10.98.0.2:3890 inspect shared lifetime=10m = failed
count refused 1
audit refused="10.98.0.2:3890"
< 0T\x02\x01\x03gM\x0a\x015\x04\x06ou=sub\x04@the gateway of adit does not lead to the server of this referral\xa0\x00
