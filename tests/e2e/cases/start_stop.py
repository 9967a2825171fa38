# SPDX-License-Identifier: BSD-2-Clause
"""auto_start = no waits for `adit start`; stop undoes it, start again."""

from lib.base import check, equal, listening, matches
from lib.tcp import ask, dial, fate


def run(t):
    t.resource("echo", t.echo())
    t.gw.set(auto_start="no")
    t.gw.start()
    matches("adit start", t.ag.up(), "what `up` says")
    equal(t.ag.state(), "stopped", "state after up")
    check(t.ag.call("status")[0] != 0, "status must fail while stopped")
    for _ in range(2):
        t.ag.ctl("start")
        t.ag.wait_state("connected")
        check(t.ag.call("status")[0] == 0, "status must succeed")
        address = t.ag.at("echo")
        sock = dial(address)
        equal(ask(sock), b"hello", "the echo")
        t.ag.ctl("stop")
        equal(fate(sock), ("reset", b""), "the channel after stop")
        check(not listening(*address), "a listener is left after stop")
        equal(t.ag.state(), "stopped", "state after stop")
    sessions = t.gw.json("sessions")["sessions"]
    equal(len(sessions), 1, f"the login is kept: {sessions}")
