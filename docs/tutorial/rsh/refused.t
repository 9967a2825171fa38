# refused.t - without a listener rsh hears why, in its own words
C 1022\0alice\0bob\0make\0
expect reverse 127.0.0.1:1022 = denied
< \x01The gateway cannot listen for stderr.\n
count refused 1
finish
