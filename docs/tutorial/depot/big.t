# big.t - values larger than .max_message, in both directions
C PUT a 100000\n
+ \*100000(x)
+ GET a\n
> PUT a 100000\n
+ \*100000(x)
+ GET a\n
S +OK\n=100000\n
+ \*100000(@)
< +OK\n=100000\n
+ \*100000(@)
