# broken.t - what is no port is not rsh
C 80 or so\0
reset rsh: protocol violation
