# deny.t - deny_commands: commands, and second words of some
conf deny_commands = FLUSHALL, config|set, KEYS
C *2\r\n$3\r\nGET\r\n$1\r\na\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n
+ *3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n
> *2\r\n$3\r\nGET\r\n$1\r\na\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n
+ *3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$7\r\nCLUSTER\r\n
+ $5\r\nSLOTS\r\n
S $1\r\nx\r\n
< $1\r\nx\r\n
S +OK\r\n
< +OK\r\n
S *0\r\n
< *0\r\n
S *0\r\n
< *0\r\n
C *2\r\n$8\r\nflushall\r\n$5\r\nasync\r\n
> *1\r\n$4\r\nECHO\r\n
event command="flushall" result="refused" option="deny_commands"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *4\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n
> *1\r\n$4\r\nECHO\r\n
event command="CONFIG SET" result="refused" option="deny_commands"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *2\r\n$4\r\nkeys\r\n$1\r\n*\r\n
> *1\r\n$4\r\nECHO\r\n
event command="keys" result="refused" option="deny_commands"
S -ERR wrong number of arguments for 'echo' command\r\n
< -NOPERM the gateway refuses this command (read_only or deny_commands of adit)\r\n
C *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*2\r\n$4\r\nKEYS\r\n
+ $1\r\n*\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
S +OK\r\n
> *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*1\r\n$4\r\nECHO\r\n
+ *3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n
event command="KEYS" result="refused" option="deny_commands"
S +OK\r\n
< +OK\r\n
