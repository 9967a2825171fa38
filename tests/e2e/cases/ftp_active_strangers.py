# SPDX-License-Identifier: BSD-2-Clause
"""Only the server may come to the gateway's listener of an active transfer,
after it said yes; the agent leads it to the FTP client itself, and not to what
another program has on this machine."""

import select

from lib import ftp, ftp_talk
from lib.base import check, equal, free_port
from lib.parley import call_back, is_refused, talks


def run(t):
    server = ftp.scripted(t)
    both = ftp_talk.Both(t, server)
    mine = t.listen("127.0.0.1")
    for command in "PORT", "EPRT":
        addr = both.active(mine, command)
        check(addr != (mine.host, mine.port), f"{addr} is the client's own")
        far = call_back(server.host, addr)
        far.sendall(b"early")
        check(not select.select([mine.sock], [], [], 0.3)[0], "not armed")
        both.far.say("200 yes")
        both.app.reply("200 yes")
        app, peer = mine.sock.accept()
        equal(peer[0], t.at("ftp")[0], "from the address that was dialled")
        equal(app.recv(5), b"early", "what was sent early")
        talks(app, far)

        addr = both.activated(mine, command)
        for other in f"{t.net}.3", "127.0.0.1":
            is_refused(addr, f"a stranger at {other}", source=other)
        ftp.untouched(mine)
        far = call_back(server.host, addr)
        talks(mine.accept(), far)
        is_refused(addr, "a second connection", source=server.host)
    other_programs(t, server, both)


def other_programs(t, server, both):
    """A client that is led to name them, as by a page in a browser; the very
    same comes from a gateway that has been broken into."""
    sshd = t.sshd("127.0.0.1")
    is_reset(t, server, both, sshd,
             "not the application itself listens there")
    nobody = ftp.Place("127.0.0.1", free_port("127.0.0.1"))
    is_reset(t, server, both, nobody, "nobody listens there")
    both.idle()
    check("Connection from" not in open(t.path("sshd.log")).read(),
          "somebody was at sshd")
    t.ag.down()
    t.ag.conf["agent"]["reverse"] = "no"
    t.ag.up()
    t.ag.wait_state("connected")
    both = ftp_talk.Both(t, server)
    mine = t.listen("127.0.0.1")
    is_reset(t, server, both, mine, "reverse = no")
    ftp.untouched(mine)


def is_reset(t, server, both, place, why):
    addr = both.activated(place)
    is_refused(addr, why, source=server.host)
    t.gw.wait_log(rf"evt=channel .*destination={place.host}:{place.port} "
                  rf'.*reason="denied: {why}"')
