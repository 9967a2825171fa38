# ports.t - ports beyond redirect_ports are not followed
server 10.98.0.1:389
local 10.98.0.9:40000
app 127.0.0.1:50001
shown 127.77.0.1:389
S 0\x1b\x02\x01\x02s\x16\x04\x14ldap://10.98.0.2:80/
log a referral to 10.98.0.2:80 is left out: the port is not in redirect_ports
count refused 1
audit refused="10.98.0.2:80"
