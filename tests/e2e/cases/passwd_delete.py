# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl passwd --delete` ends the user's sessions too."""

from lib.base import check, equal, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    t.resource("echo", t.echo())
    t.gw.user("bob", "bob's word")
    t.up()
    bob = t.agent(name="bob", user="bob")
    bob.password("bob's word")
    bob.up()
    channels = [dial(agent.at("echo")) for agent in (t.ag, bob)]
    for sock in channels:
        ask(sock)
    t.gw.ctl("passwd", "--delete", "bob")
    equal(fate(channels[1]), ("reset", b""), "bob's channel")
    wait_for(lambda: [s["user"] for s in t.gw.json("sessions")["sessions"]]
             == ["alice"], "only alice's session to be left")
    equal(ask(channels[0]), b"hello", "alice's channel")
    bob.call("down")
    status, text = bob.call("up")
    check(status == 1, f"bob logged in again: {text}")
