# SPDX-License-Identifier: BSD-2-Clause
"""One of two gateways ends: if it says so, the agent is at the other one at
once; if it is killed, after a minute, since the session might still be
there."""

import signal
import time

from lib.base import check, equal, pause, show, wait_for
from lib.several import at, second, with_list
from lib.tcp import ask, dial, fate

TIMEOUT = 150
VARIANTS = "told", "killed"


def run(t, how):
    t.may_die = True
    t.resource("echo", t.echo())
    t.gw.start()
    other = second(t)
    agent = with_list(t, other, "agent")
    equal(at(agent), show((t.gw.host, t.gw.port)), "where it is")
    app = dial(agent.at("echo"))
    ask(app)
    begun = time.monotonic()
    t.gw.stop(signal.SIGTERM if how == "told" else signal.SIGKILL)
    if how == "killed":
        pause(50)
        equal(agent.state(), "reconnecting", "for a minute")
    wait_for(lambda: at(agent) == show((other.host, other.port)),
             "the agent to be at the other one", 25)
    took = time.monotonic() - begun
    check(took < (5 if how == "told" else 70), f"it took {took:.0f} s")
    equal(fate(app), ("reset", b""), "a connection of before")
    equal(ask(dial(agent.at("echo"))), b"hello", "a new one")
    check(show((other.host, other.port)) in agent.ctl("status"), "status")
    if how == "told":
        t.gw.start()
        other.stop()
        wait_for(lambda: at(agent) == show((t.gw.host, t.gw.port)),
                 "the agent to be back", 5)
