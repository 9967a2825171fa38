# half.t - a word without its end is not passed on
C \0alice\0bo
> \0alice\0
C|
>|
