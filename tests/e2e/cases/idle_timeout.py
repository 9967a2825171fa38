# SPDX-License-Identifier: BSD-2-Clause
"""keep_alive = no ends idle channels after idle_timeout, busy ones not."""

from lib.base import equal, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    t.resource("echo", t.echo())
    t.gw.set(keep_alive="no", idle_timeout="2s")
    t.up()
    idle, busy = dial(t.ag.at("echo")), dial(t.ag.at("echo"))
    ask(idle)

    def idle_is_gone():
        equal(ask(busy), b"hello", "the busy one")
        return len(t.gw.json("channels")["channels"]) == 1

    wait_for(idle_is_gone, "the idle channel to end")
    equal(fate(idle)[1], b"", "the idle one")
    equal(ask(busy), b"hello", "the busy one")
