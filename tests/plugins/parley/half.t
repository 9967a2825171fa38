# half.t - half a line at the end is nothing that anybody could act on
C OPEN\nCALL 127.0.0
> OPEN\n
C|
>|
S DATA 10.0.
S|
<|
close
