# SPDX-License-Identifier: BSD-2-Clause
"""An announcement that nobody uses ends: by its time, by the plugin, or with
the channel that made it."""

from lib import parley
from lib.base import listening, wait_for
from lib.tcp import reset


def vanishes(addr, what):
    wait_for(lambda: not listening(*addr), f"{what}: nobody at {addr}")
    parley.is_refused(addr, what)


def run(t):
    server = parley.start(t, lifetime="700ms", unarmed="yes")
    # More than once, so that what is withdrawn must really be gone.
    t.resource("dead", server, plugin="parley", lifetime="1h")
    t.gw.reload()
    data = t.listen()

    talk = parley.Dialogue(t, server)
    vanishes(talk.open(data), "expired")

    talk = parley.Dialogue(t, server, "dead")
    addr = talk.open(data)
    talk.ask("WELL", "STOP", "STOP")
    vanishes(addr, "cancelled")

    addr = talk.open(data)
    talk.close()
    vanishes(addr, "the channel is closed")

    talk = parley.Dialogue(t, server, "dead")
    addr = talk.open(data)
    reset(talk.app.sock)
    vanishes(addr, "the channel is reset")

    # What came before the word, and waits for it, ends with a reset.
    talk = parley.Dialogue(t, server, "dead")
    app = parley.dial(talk.open(data))
    talk.ask("WELL", "STOP", "STOP")
    parley.equal(parley.fate(app), ("reset", b""), "it waited in vain")
