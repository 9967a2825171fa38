# low_port.t - nobody has the server connect to the client's other services
C 25\0
< \x01The gateway allows no stderr connection.\n
count refused 1
finish
