# migrate.t - MIGRATE names a node as the client knows it: the server is told its own address
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*6\r\n$7\r\nMIGRATE\r\n$10\r\n127.77.0.1\r\n
+ $5\r\n40002\r\n$1\r\nk\r\n$1\r\n0\r\n$4\r\n5000\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\nb\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
S $1\r\nx\r\n
< $1\r\nx\r\n
S $112\r\n
+ id1 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460\nid2 10.0.0.2:7000@17000 master - 0 1 1 connected\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
> *6\r\n$7\r\nMIGRATE\r\n$8\r\n10.0.0.2\r\n$4\r\n7000\r\n$1\r\nk\r\n$1\r\n
+ 0\r\n$4\r\n5000\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n
S +OK\r\n
< +OK\r\n
S $1\r\ny\r\n
< $1\r\ny\r\n
# A node that the server does not know; an answer that names none; no such address.
C *6\r\n$7\r\nMIGRATE\r\n$10\r\n127.77.0.1\r\n$5\r\n40009\r\n$1\r\nk\r\n
+ $1\r\n0\r\n$4\r\n5000\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
S $112\r\n
+ id1 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460\nid2 10.0.0.2:7000@17000 master - 0 1 1 connected\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
> *6\r\n$7\r\nMIGRATE\r\n$10\r\n127.77.0.1\r\n$5\r\n40009\r\n$1\r\nk\r\n
+ $1\r\n0\r\n$4\r\n5000\r\n
S +OK\r\n
< +OK\r\n
C *6\r\n$7\r\nMIGRATE\r\n$10\r\n127.77.0.1\r\n$5\r\n40002\r\n$1\r\nk\r\n
+ $1\r\n0\r\n$4\r\n5000\r\n
> *2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n
S -ERR This instance has cluster support disabled\r\n
> *6\r\n$7\r\nMIGRATE\r\n$10\r\n127.77.0.1\r\n$5\r\n40002\r\n$1\r\nk\r\n
+ $1\r\n0\r\n$4\r\n5000\r\n
S +OK\r\n
< +OK\r\n
C *6\r\n$7\r\nMIGRATE\r\n$9\r\nb.example\r\n$1\r\nx\r\n$1\r\nk\r\n$1\r\n
+ 0\r\n$4\r\n5000\r\n*2\r\n$7\r\nMIGRATE\r\n$1\r\na\r\n
> *6\r\n$7\r\nMIGRATE\r\n$9\r\nb.example\r\n$1\r\nx\r\n$1\r\nk\r\n$1\r\n
+ 0\r\n$4\r\n5000\r\n*2\r\n$7\r\nMIGRATE\r\n$1\r\na\r\n
S +OK\r\n
< +OK\r\n
S -ERR wrong number\r\n
< -ERR wrong number\r\n
