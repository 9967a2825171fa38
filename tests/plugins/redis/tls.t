# tls.t - TLS passes unseen, and the log says what that means
server 10.0.0.1:7000   shown 127.77.0.1:7000
C \x16\x03\x01\x02\x00abc
audit tls="yes"
> \x16\x03\x01\x02\x00abc
log uses TLS
detached
S \x16\x03\x03
< \x16\x03\x03
