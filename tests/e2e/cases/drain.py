# SPDX-License-Identifier: BSD-2-Clause
"""aditctl drain: nobody can log in, sessions without connections move to the
next gateway, the others when their last connection has ended; then aditd ends
with status 0."""

from lib.base import check, equal, show, wait_for
from lib.several import at, second, with_list
from lib.tcp import ask, dial


def run(t):
    t.resource("echo", t.echo())
    t.up()
    other = second(t)
    idle, busy = with_list(t, other, "idle"), with_list(t, other, "busy")
    equal(t.gw.json("sessions")["draining"], False, "draining, before")
    app = dial(busy.at("echo"))
    ask(app)
    equal(len(t.gw.json("sessions")["sessions"]), 3, "sessions, before")

    said = t.gw.json("drain")
    equal((said["draining"], said["channels"]), (True, 1), "what drain says")
    wait_for(lambda: at(idle) == show((other.host, other.port)),
             "the idle agent to be elsewhere", 5)
    equal(ask(dial(idle.at("echo"))), b"hello", "elsewhere")
    wait_for(lambda: len(t.gw.json("sessions")["sessions"]) == 1,
             "the busy session to be alone")
    listing = t.gw.json("sessions")
    equal([s["channels"] for s in listing["sessions"]], [1], "its channels")
    check(listing["draining"] and t.gw.json("stats")["draining"], "draining")
    check("draining" in t.gw.ctl("sessions"), "the table")
    check("draining" in t.gw.ctl("stats"), "the tree")

    # A session that goes on may do everything; a new one is refused.
    more = dial(busy.at("echo"))
    equal(ask(more), b"hello", "one more connection")
    late = t.agent(name="late")
    late.write()
    status, text = late.call("up", "--once")
    check(status == 1 and "shutting down" in text, f"a login: {status} {text}")
    equal(with_list(t, other, "listed").state(), "connected", "with a list")

    app.close()
    equal(ask(more), b"hello", "the last connection")
    check(t.gw.process.poll() is None, "aditd ended too early")
    more.close()
    wait_for(lambda: t.gw.process.poll() is not None, "aditd to end", 10)
    equal(t.gw.process.returncode, 0, "its exit status")
    busy.wait_state("connected")
    equal(at(busy), show((other.host, other.port)), "the busy agent")
    equal(ask(dial(busy.at("echo"))), b"hello", "at the other gateway")
    check("; starting another" not in t.gw.log(), "another worker")
