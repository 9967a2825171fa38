# order.t - a refusal does not overtake what the server still owes
conf refuse = DELETE, PURGE
C ONE\nTWO\nDELETE all\nTHREE\n
> ONE\nTWO\n
S OK 1\n
< OK 1\n
S OK 2\n
< OK 2\n
audit refused="DELETE"
< NO refused\n
count refused 1
> THREE\n
S OK 3\n
< OK 3\n
# The refused one waits when the server ends: there is nobody who could wake it.
C FOUR\nPURGE\n
> FOUR\n
S|
<|
reset parley: holds a message that nothing can wake
