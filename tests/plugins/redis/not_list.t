# not_list.t - a list that is none
server 10.0.0.1:7000   shown 127.77.0.1:7000
C *2\r\nGET\r\n
reset redis: not this protocol (application)
