# options.t - what the options make of an expectation
conf outlives = yes
conf inspect = yes
conf unarmed = yes
conf lifetime = 5m
conf uses = 3
conf same_host = no
tag 7
audit depth="7"
audit orphan="yes"
C OPEN\n
> OPEN\n
S DATA db1.example 50000\n
expect forward db1.example:50000 inspect outlives unarmed uses=3 lifetime=5m tag=8 = 127.0.0.1:40001
< DATA 127.0.0.1 40001\n
count data 1
C WELL\nWELL\n
> WELL\nWELL\n
S GO\n
arm
< GO\n
# Once armed it stays so, but it can be withdrawn.
S STOP\n
cancel
< STOP\n
