# SPDX-License-Identifier: BSD-2-Clause
"""aditctl drain with nobody there, with a time, and with a detached session;
a signal ends a gateway that drains."""

import signal
import time

from lib import link
from lib.base import check, equal, kill, wait_for
from lib.tcp import ask, dial, fate

TIMEOUT = 90


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    t.gw.wait_log("listening on")
    said = t.gw.ctl("drain")
    check("sessions: 0" in said, said)
    ended(t, 5)

    t.gw.start()
    check("3x" in t.gw.ctl("drain", "--timeout", "3x", check=False), "a time")
    t.ag.up()
    app = dial(t.ag.at("echo"))
    ask(app)
    begun = time.monotonic()
    t.gw.ctl("drain")
    t.gw.ctl("drain", "--timeout", "2s")
    equal(ask(app), b"hello", "within the time")
    equal(fate(app), ("reset", b""), "after it")
    check(1.9 < time.monotonic() - begun < 6, "the time")
    ended(t, 5)

    # One that may come back is waited for.
    way = link.Link(t)
    t.gw.start()
    t.ag.wait_state("connected", 60)
    t.ag.down()
    t.ag.up()
    app = dial(t.ag.at("echo"))
    ask(app)
    way.go_dark(refuse=True)
    way.cut()
    wait_for(lambda: link.session(t)["state"] == "detached", "detached")
    t.gw.ctl("drain")
    way.come_back()
    equal(ask(app), b"hello", "one that came back")
    kill(t.gw.process.pid, signal.SIGTERM)
    equal(fate(app), ("reset", b""), "the end")
    ended(t, 8)


def ended(t, within):
    wait_for(lambda: t.gw.process.poll() is not None, "aditd to end", within)
    equal(t.gw.process.returncode, 0, "its exit status")
