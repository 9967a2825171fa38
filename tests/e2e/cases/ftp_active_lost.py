# SPDX-License-Identifier: BSD-2-Clause
"""A server that has sent a small file and closed says 226, wherever the file went.
What comes from another host than announced, or what the agent refuses, ends in a
426; from a host in redirect_allow it arrives."""

from contextlib import suppress

from lib import ftp, ftp_talk
from lib.base import equal, free_port
from lib.parley import call_back


def run(t):
    server = ftp.scripted(t, redirect_allow=f"{t.net}.90")
    mine = t.listen("127.0.0.1")
    both = ftp_talk.Both(t, server)
    elsewhere = f"{t.net}.91"

    transfer(both, mine, elsewhere, "426 ")
    t.gw.wait_log(f"refused: a connection from {elsewhere}:")
    t.gw.wait_log('command="RETR" file="f" result="426"')
    transfer(both, mine, elsewhere, "426 ",
             ["226-many lines", "between", "226 done"])
    ftp.untouched(mine)

    nobody = ftp.Place("127.0.0.1", free_port("127.0.0.1"))
    transfer(both, nobody, server.host, "426 ")

    # A stranger changes nothing for those who come from the right address.
    for host in server.host, f"{t.net}.90":
        addr = both.activated(mine)
        with suppress(ConnectionError):
            call_back(elsewhere, addr).close()
        transfer(both, mine, host, "226 ", addr=addr)
        app, _ = mine.sock.accept()
        equal(app.recv(100), b"small", "the file")
    t.ag.down()
    t.ag.conf["agent"]["reverse"] = "no"
    t.ag.up()
    t.ag.wait_state("connected")
    both = ftp_talk.Both(t, server)
    transfer(both, mine, server.host, "426 ")
    ftp.untouched(mine)


def transfer(both, place, source, want, end=("226 done",), addr=None):
    """The server connects, sends, closes and says so, without a pause."""
    addr = addr or both.activated(place)
    equal(both.ask("RETR f", "150 here it comes"), "150 here it comes", "150")
    with suppress(ConnectionError):     # it may be reset before it has sent
        data = call_back(source, addr)
        data.sendall(b"small")
        data.close()
    both.far.say(*end)
    both.app.reply(want)
    both.idle()
