# SPDX-License-Identifier: BSD-2-Clause
"""With keep_alive = no, the time without a tunnel does not count as idle,
neither for the session nor for its connections."""

from lib import link
from lib.base import check, equal, pause
from lib.tcp import ask, dial, fate


def run(t):
    way = link.Link(t)
    t.resource("echo", t.echo())
    t.gw.set(keep_alive="no", idle_timeout="3s")
    t.up()
    app = dial(t.ag.at("echo"))
    ask(app)
    before = link.session(t)["session"]
    outage(way)
    link.resumed(t, 1)
    equal(ask(app), b"hello", "after the outage")
    ask(app)
    outage(way)
    link.resumed(t, 2)
    check(fate(app)[1] == b"", "an idle one lives on")
    equal(link.session(t)["session"], before, "the session")
    # With nothing in it, too; and then it is idle indeed.
    outage(way)
    link.resumed(t, 3)
    equal(link.session(t)["session"], before, "the empty session")
    t.gw.wait_log(f"session={before} .*state=end reason=.*idle", 20)


def outage(way):
    """Longer than idle_timeout."""
    way.go_dark(refuse=True)
    way.cut()
    pause(5)
    way.come_back()
