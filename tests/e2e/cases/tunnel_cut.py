# SPDX-License-Identifier: BSD-2-Clause
"""The TCP connection of the tunnel breaks: the agent returns by itself, to
the same session, and applications work again."""

from lib.base import Skip, equal, show, wait_for
from lib.tcp import ask, dial

ROOT = True


def run(t):
    t.resource("echo", t.echo())
    t.up()
    address = t.ag.at("echo")
    for _ in range(3):
        ask(dial(address))
        session = t.gw.json("sessions")["sessions"][0]["session"]
        cut(t)
        wait_for(lambda: works(address), "new connections to work", 30)
        equal([s["session"] for s in t.gw.json("sessions")["sessions"]],
              [session], "the session afterwards")
        t.ag.wait_state("connected")
    wait_for(lambda: len(t.gw.json("sessions")["sessions"]) == 1,
             "one session")


def cut(t):
    """Destroys the tunnel's connection, as a router that forgot it would."""
    where = show((t.gw.host, t.gw.port))
    out = t.run(["ss", "-KHtn", "state", "established", "dst", where])
    if not out.strip():
        raise Skip("this kernel cannot destroy sockets")


def works(address):
    try:
        with dial(address, 5) as sock:
            return ask(sock) == b"hello"
    except (OSError, AssertionError):
        return False
