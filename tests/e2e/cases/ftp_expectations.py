# SPDX-License-Identifier: BSD-2-Clause
"""What was announced is good for one connection, until the next is announced
or the session ends; transfers that go on are not disturbed."""

from lib import ftp, ftp_talk
from lib.base import listening, wait_for
from lib.parley import call_back, is_refused, meets, talks


def run(t):
    server = ftp.scripted(t)
    data = t.listen()
    both = ftp_talk.Both(t, server)
    for command in "PASV", "EPSV":
        addr = both.passive(data, command)
        app, far = meets(addr, data)
        is_refused(addr, "a second connection")
        newer = both.passive(data, command)
        talks(app, far)         # goes on
        newest = both.passive(data, command)
        is_refused(newer, "a newer one was announced")
        meets(newest, data)
        ftp.untouched(data)

    mine = t.listen("127.0.0.1")
    older = both.activated(mine)
    newer = both.activated(mine)
    is_refused(older, "a newer one was announced", source=server.host)
    # From passive to active and back.
    addr = both.passive(data)
    is_refused(newer, "PASV came after it", source=server.host)
    newer = both.activated(mine)
    is_refused(addr, "PORT came after it")
    talks(call_back(server.host, newer), mine.accept())
    is_refused(newer, "a second connection", source=server.host)
    refused_by_server(both, server, mine)
    leave(both, data)
    ftp.untouched(data, mine)


def refused_by_server(both, server, mine):
    """A PORT that the server does not take is taken back."""
    addr = both.active(mine)
    both.far.say("500 no")
    both.app.reply("500 no")
    is_refused(addr, "the server said no", source=server.host)


def leave(both, data):
    for line, answer in (("REIN", "220 ready"), ("USER bob", "331 password"),
                         ("QUIT", "221 bye")):
        addr = both.passive(data)
        both.ask(line, answer)
        wait_for(lambda: not listening(*addr), f"{line} to close the port")
        is_refused(addr, f"after {line}")
        if line != "QUIT":
            both.login()
