# tls_limited.t - TLS where commands are to be refused
conf read_only = yes
C \x16\x03\x01
log uses TLS
reset redis: protocol violation
