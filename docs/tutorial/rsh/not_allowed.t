# not_allowed.t - the administrator wants no second connection
conf stderr = no
C 1022\0
< \x01The gateway allows no stderr connection.\n
count refused 1
finish
