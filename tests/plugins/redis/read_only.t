# read_only.t - read_only: what could change anything is refused, in order, and the rest passes
conf read_only = yes
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n
+ *2\r\n$3\r\nGET\r\n$1\r\na\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nECHO\r\n*2\r\n$3\r\nGET\r\n
+ $1\r\na\r\n
event command="SET" result="refused" option="read_only"
count refused 1
S $1\r\nx\r\n
< $1\r\nx\r\n
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
S $1\r\ny\r\n
< $1\r\ny\r\n
C *3\r\n$4\r\nEVAL\r\n$1\r\nx\r\n$1\r\n0\r\n
> *1\r\n$4\r\nECHO\r\n
event command="EVAL" result="refused" option="read_only"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *4\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n
> *1\r\n$4\r\nECHO\r\n
event command="CONFIG SET" result="refused" option="read_only"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *1\r\n$6\r\nconfig\r\n
> *1\r\n$4\r\nECHO\r\n
event command="config" result="refused" option="read_only"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *2\r\n$8\r\nMODULE.X\r\n$1\r\ny\r\n
> *1\r\n$4\r\nECHO\r\n
event command="MODULE.X" result="refused" option="read_only"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *3\r\n$7\r\nPUBLISH\r\n$1\r\na\r\n$1\r\nb\r\n
> *1\r\n$4\r\nECHO\r\n
event command="PUBLISH" result="refused" option="read_only"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *3\r\n$6\r\nCLIENT\r\n$4\r\nKILL\r\n$1\r\nx\r\n
> *1\r\n$4\r\nECHO\r\n
event command="CLIENT KILL" result="refused" option="read_only"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n*1\r\n$4\r\nPING\r\n*3\r\n$7\r\nEVAL_RO\r\n$1\r\nx\r\n
+ $1\r\n0\r\n*2\r\n$6\r\nclient\r\n$4\r\nlist\r\n
> *3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n*1\r\n$4\r\nPING\r\n*3\r\n$7\r\nEVAL_RO\r\n$1\r\nx\r\n
+ $1\r\n0\r\n*2\r\n$6\r\nclient\r\n$4\r\nlist\r\n
S *2\r\n$1\r\na\r\n$1\r\nb\r\n
< *2\r\n$1\r\na\r\n$1\r\nb\r\n
S *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$8\r\n10.0.0.2\r\n:7000\r\n$3\r\nid2\r\n
+ *0\r\n
expect forward 10.0.0.2:7000 inspect shared lifetime=1h = 127.77.0.1:40002
< *1\r\n*3\r\n:0\r\n:9\r\n*4\r\n$10\r\n127.77.0.1\r\n:40002\r\n$3\r\nid2\r\n
+ *0\r\n
S +PONG\r\n
< +PONG\r\n
S :1\r\n
< :1\r\n
S $1\r\nx\r\n
< $1\r\nx\r\n
# Its arguments are dropped, of whatever size.
C *4\r\n$4\r\nMSET\r\n$1\r\na\r\n$3000\r\n\*3000(x)\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n
> *1\r\n$4\r\nECHO\r\n*1\r\n$4\r\nPING\r\n
event command="MSET" result="refused" option="read_only"
S -ERR wrong number\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
S +PONG\r\n
< +PONG\r\n
# In a transaction Redis notes the error, and EXEC runs nothing.
C *1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n*1\r\n$4\r\n
+ EXEC\r\n
> *1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nECHO\r\n*1\r\n$4\r\nEXEC\r\n
event command="SET" result="refused" option="read_only"
S +OK\r\n
< +OK\r\n
S -ERR wrong number\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
S -EXECABORT Transaction discarded\r\n
< -EXECABORT Transaction discarded\r\n
# As a line; with a name that is too long; without a reply; replication.
C flushall\r\n
> *1\r\n$4\r\nECHO\r\n
event command="flushall" result="refused" option="read_only"
S -ERR x\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *1\r\n$300\r\n\*300(x)\r\n
> *1\r\n$4\r\nECHO\r\n
event command="" result="refused" option="read_only"
S -ERR x\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n
> *1\r\n$4\r\nECHO\r\n
event command="PSYNC" result="refused" option="replication"
S -ERR x\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
