# info.t - INFO: the lines that name a replica or a master
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\n$4\r\nINFO\r\n$11\r\nreplication\r\n*1\r\n$4\r\nINFO\r\n*1\r\n$4\r\n
+ INFO\r\n
> *2\r\n$4\r\nINFO\r\n$11\r\nreplication\r\n*1\r\n$4\r\nINFO\r\n*1\r\n$4\r\n
+ INFO\r\n
S $183\r\n# Replication\r\nrole:master\r\nconnected_slaves:2\r\n
+ slave0:ip=10.0.0.2,port=7000,state=online,offset=14,lag=1\r\n
+ slave1:ip=10.0.0.3,port=7000,state=online,offset=14,lag=1\r\n
+ master_replid:8\r\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
expect forward 10.0.0.3:7000 inspect shared lifetime=1h = 127.77.0.1:40003
< $189\r\n# Replication\r\nrole:master\r\nconnected_slaves:2\r\n
+ slave0:ip=127.77.0.1,port=40002,state=online,offset=14,lag=1\r\n
+ slave1:ip=127.77.0.1,port=40003,state=online,offset=14,lag=1\r\n
+ master_replid:8\r\n\r\n
S =98\r\ntxt:role:slave\r\nmaster_host:10.0.0.2\r\nmaster_port:7000\r\n
+ master_link_status:up\r\nslave_read_only:1\r\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< =101\r\ntxt:role:slave\r\nmaster_host:127.77.0.1\r\nmaster_port:40002\r\n
+ master_link_status:up\r\nslave_read_only:1\r\n\r\n
S $121\r\nredis_mode:sentinel\r\n
+ master0:name=mymaster,status=ok,address=10.0.0.2:7000,slaves=2,sentinels=3\r\n
+ master_host_x:10.0.0.2\r\n\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< $124\r\nredis_mode:sentinel\r\n
+ master0:name=mymaster,status=ok,address=127.77.0.1:40002,slaves=2,sentinels=3\r\n
+ master_host_x:10.0.0.2\r\n\r\n
