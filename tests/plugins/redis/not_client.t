# not_client.t - the client speaks something else: a NUL that Redis never gets over
server 10.0.0.1:7000   shown 127.77.0.1:7000
C GET \0 x\r\n
reset redis: not this protocol (application)
