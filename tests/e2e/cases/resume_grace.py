# SPDX-License-Identifier: BSD-2-Clause
"""Nobody comes back within resume_grace: connections end at both sides; later
the same session goes on with new ones, and may be resumed again."""

from lib import link
from lib.base import equal, wait_for
from lib.tcp import ask, dial, dial_fate, fate

TIMEOUT = 90


def run(t):
    way = link.Link(t)
    listener = t.listen()
    t.resource("tcp", listener)
    t.resource("echo", t.echo())
    t.gw.set(resume_grace="2s")
    t.up()
    at = t.ag.at("echo")
    before = link.session(t)["session"]
    for refuse in True, False:
        app, server = t.pair(listener)
        app.sendall(b"hello")
        equal(server.recv(5), b"hello", "what the server hears")
        way.go_dark(refuse)
        way.cut()
        late = dial(at)                 # in the dark, and in vain
        equal(fate(server), ("reset", b""), "the server's end")
        equal(fate(app), ("reset", b""), "the application's end")
        equal(fate(late), ("reset", b""), "one that came in the dark")
        equal(fate_of(at), ("reset", b""), "one that came too late")
        way.come_back()
        wait_for(lambda: link.works(at), "new connections to work", 30)
        now = link.session(t)
        equal((now["session"], now["resumed"], now["last_gap_ms"]),
              (before, 0, None), "the session")
    equal(t.gw.log().count("state=forgotten "), 2, "ends of the grace")
    sock = dial(at)
    ask(sock)
    way.cut()
    equal(ask(sock), b"hello", "and then a cut that is survived")
    link.resumed(t, 1)
    equal(link.session(t)["resumed"], 1, "resumed, at the gateway")


def fate_of(addr):
    """Of a new connection, which may end before dial() returns."""
    try:
        return dial_fate(addr)
    except ConnectionResetError:
        return "reset", b""
