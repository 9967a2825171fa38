# no_secret.t - the administrator does not want to be blind
conf secret = no
C SECRET\nSTAT\n
audit refused="SECRET"
< NO refused\n
count refused 1
> STAT\n
