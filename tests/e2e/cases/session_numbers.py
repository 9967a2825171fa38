# SPDX-License-Identifier: BSD-2-Clause
"""Sessions have short numbers, which listings and log show and kick takes; they
last as long as the session, and none is given twice."""

from lib.base import check, equal, matches, wait_for
from lib.tcp import ask, dial


def numbers(t):
    return {s["user"]: s["session_number"]
            for s in t.gw.json("sessions")["sessions"]}


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.up()
    other = t.agent(user="2", name="number")
    t.gw.user("2")
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "at first")
    equal(numbers(t), {"alice": 1}, "the first")
    channel = t.gw.json("channels")["channels"][0]
    equal((channel["session_number"], channel["channel"]), (1, 1), "channel")
    matches(r"(?m)^CHANNEL .*\n +1/1  alice  echo ", t.gw.ctl("channels"),
            "the table of channels")
    long = t.gw.json("sessions")["sessions"][0]["session"]
    t.gw.wait_log(rf"#1: session {long} begins: user alice at gateway ")

    t.gw.ctl("reload")
    t.gw.ctl("upgrade")
    equal(ask(kept), b"hello", "after an upgrade")
    equal(numbers(t), {"alice": 1}, "after an upgrade")
    other.up()
    other.wait_state("connected")
    equal(numbers(t), {"alice": 1, "2": 2}, "the next one")
    other.down()
    wait_for(lambda: numbers(t) == {"alice": 1}, "its end")
    t.gw.ctl("upgrade")
    other.up()
    other.wait_state("connected")
    equal(numbers(t), {"alice": 1, "2": 3}, "no number is given again")

    # A user whose name is a number is meant by it.
    check("1 session ended" in t.gw.ctl("kick", "2"), "kick of a user")
    wait_for(lambda: numbers(t) == {"alice": 1}, "the user's end")
    said = t.gw.ctl("kick", "2", check=False)
    check("no user or session" in said, said)
    said = t.gw.ctl("kick", "#x", check=False)
    check("no user or session" in said, said)
    check("1 session ended" in t.gw.ctl("kick", "#1"), "kick of a session")
    wait_for(lambda: numbers(t) == {}, "the session's end")
