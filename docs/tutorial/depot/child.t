# child.t - the connection to a node is a depot's own: it moves clients, too
parent moved.t
server 10.0.0.9:7   shown 127.0.0.1:41001
C GET b\n
> GET b\n
S @10.0.0.9:7\n
< @127.0.0.1:41001\n
