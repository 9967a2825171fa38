# long_form.t - lengths of four bytes, as Active Directory has them, stay so
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0\x84\x00\x00\x00D\x02\x02\x01,s\x84\x00\x00\x00:\x04\x84\x00\x00\x004ldap://DomainDnsZones.corp.example/DC=DomainDnsZones
expect forward DomainDnsZones.corp.example:389 inspect shared lifetime=10m = 127.77.0.1:41390
count referrals 1
audit referral="DomainDnsZones.corp.example:389"
< 0\x84\x00\x00\x009\x02\x02\x01,s\x84\x00\x00\x00/\x04\x84\x00\x00\x00)ldap://127.77.0.1:41390/DC=DomainDnsZones
