# plain.t - without a port for stderr everything passes
C \0
> \0
C alice\0bob\0ls -l\0
> alice\0bob\0ls -l\0
audit user="bob"
audit command="ls -l"
detached
S \0total 4\n
< \0total 4\n
S|
<|
C|
>|
