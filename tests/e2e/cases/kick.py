# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl kick`: channels are reset, the agent does not come back itself."""

from lib.base import check, equal, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    t.resource("echo", t.echo())
    t.up()
    sock = dial(t.ag.at("echo"))
    ask(sock)
    number = t.gw.json("sessions")["sessions"][0]["session"]
    t.gw.ctl("kick", str(number))
    equal(fate(sock), ("reset", b""), "the channel")
    wait_for(lambda: not t.gw.json("sessions")["sessions"],
             "the session to go")
    wait_for(lambda: t.ag.state() in ("login", "down"), "the agent's state")
    check(t.ag.call("status")[0] != 0, "status must fail after a kick")
    check(not t.gw.json("sessions")["sessions"], "the agent came back")
    t.ag.call("down")
    t.ag.up()
    t.gw.ctl("kick", "alice")
    wait_for(lambda: t.ag.state() in ("login", "down"), "a kick by name")
    out = t.gw.ctl("kick", "nobody-of-that-name", check=False)
    check("nobody-of-that-name" in out, f"a kick of nobody: {out}")
