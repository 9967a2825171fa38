# many.t - the sixteenth list waits until the first one is through
C \*16(NODES\n)
> \*15(NODES\n)
S =0\n
< =0\n
> NODES\n
