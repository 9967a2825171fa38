# unasked.t - half a list that nobody has asked for stays behind, as it may be a confirmation, also where it comes with another reply
server 10.0.0.1:7000   shown 127.77.0.1:7000
S :1\r\n*3\r\n$9\r\nsub
< :1\r\n
C GET \0 x\r\n
reset redis: not this protocol (application)
