# SPDX-License-Identifier: BSD-2-Clause
"""PORT and EPRT for another host, a low port or none at all are refused: the
server does not hear of them, and nothing listens for it."""

from lib import ftp, ftp_talk
from lib.base import show
from lib.ftp import Place
from lib.ftp_talk import port_line
from lib.parley import call_back, talks

PORT = ["", "127,0,0,1,4", "127,0,0,1,4,1,1", "127,0,0,1,256,22",
        "256,0,0,1,40,1", "127,0,0,1,-1,5", "127,0,0,1,4,x", "127.0.0.1,4,1",
        "127,0,0,1,0x4,1", "127,0,0,0001,40,1", "127,0,0,1,0,0",
        "127,0,0,1,200,1 127,0,0,1,200,2"]
EPRT = ["", "127.0.0.1", "|", "|1", "|1|127.0.0.1|70000|", "|1|127.0.0.1|0|", "|1|127.0.0.1|5000",
        "|1|localhost|5000|", "|1|127.1|5000|", "|1|127.0.0.1|5000|x",
        "|1||5000|", "1127.0.0.115000", "|1|127.0.0.1|-5|", "|1|::1|5000|",
        "|2|127.0.0.1|5000|", "|1|127.0.0.1|+5000|"]
FAMILY = ["||127.0.0.1|5000|", "|2|::1|5000|", "|2|fe80::1|5000|", "|3|127.0.0.1|5000|"]


def run(t):
    server = ftp.scripted(t)
    third = t.listen(f"{t.net}.9")
    mine = t.listen("127.0.0.1")
    both = ftp_talk.Both(t, server, login=False)
    both.refused(port_line(mine), "530 ")
    both.login()
    before = ftp.listeners(t)
    for place in (Place("10.0.0.1", 4000), Place("192.0.2.1", mine.port),
                  Place("0.0.0.0", mine.port), Place("255.255.255.255", 4000),
                  Place("127.0.0.1", 25),
                  Place("127.0.0.1", 22), Place("127.0.0.1", 1023)):
        for command in "PORT", "EPRT":
            both.refused(port_line(place, command), "500 ")
            t.gw.wait_log(f"refused: 500 .*{command}")
    for command, texts in ("PORT", PORT), ("EPRT", EPRT):
        for text in texts:
            both.refused(f"{command} {text}".rstrip(), "501 ")
    for text in FAMILY:
        both.refused(f"EPRT {text}", "522 ")
    ftp.nothing_opened(t, before)
    ftp.untouched(third, mine)

    # It would have worked with an honest address.
    for command in "PORT", "EPRT":
        addr = both.activated(mine, command)
        far = call_back(server.host, addr)
        talks(mine.accept(), far)
    ftp.untouched(third)
    both.close()
    t.gw.wait_log(rf"evt=channel .*destination={show((server.host, server.port))}")
    ftp.nothing_opened(t, before)
