# role.t - ROLE of a master, a replica, a Sentinel
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *1\r\n$4\r\nROLE\r\n*1\r\n$4\r\nROLE\r\n*1\r\n$4\r\nROLE\r\n*1\r\n$4\r\n
+ ROLE\r\n
> *1\r\n$4\r\nROLE\r\n*1\r\n$4\r\nROLE\r\n*1\r\n$4\r\nROLE\r\n*1\r\n$4\r\n
+ ROLE\r\n
S *3\r\n$6\r\nmaster\r\n:3129\r\n*2\r\n*3\r\n$8\r\n10.0.0.2\r\n$4\r\n
+ 7000\r\n$4\r\n3129\r\n*3\r\n$8\r\n10.0.0.3\r\n$4\r\n7000\r\n$4\r\n3128\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< *3\r\n$6\r\nmaster\r\n:3129\r\n*2\r\n*3\r\n$10\r\n127.77.0.1\r\n$5\r\n
+ 40002\r\n$4\r\n3129\r\n*3\r\n$10\r\n127.77.0.1\r\n$5\r\n40003\r\n$4\r\n
+ 3128\r\n
S *5\r\n$5\r\nslave\r\n$8\r\n10.0.0.2\r\n:7000\r\n$9\r\nconnected\r\n
+ :3167\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *5\r\n$5\r\nslave\r\n$10\r\n127.77.0.1\r\n:40002\r\n$9\r\nconnected\r\n
+ :3167\r\n
S *2\r\n$8\r\nsentinel\r\n*2\r\n$8\r\nmymaster\r\n$8\r\n10.0.0.2\r\n
< *2\r\n$8\r\nsentinel\r\n*2\r\n$8\r\nmymaster\r\n$8\r\n10.0.0.2\r\n
S -NOPERM no\r\n
< -NOPERM no\r\n
