# SPDX-License-Identifier: BSD-2-Clause
"""A wrong password: `up` fails, says so, and leaves nothing running."""

from lib.base import check, matches


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    for user, password in ("alice", "Xyzzy-17"), ("mallory", "Plugh-23"):
        t.ag.conf["agent"]["user"] = user
        t.ag.password(password)
        t.ag.write()
        status, text = t.ag.call("up")
        check(status == 1, f"exit status {status}: {text}")
        matches("wrong user or password", text, "the message")
        check(password not in text, "the password is in the message")
        check(not t.ag.pid(), "an agent is left running")
        matches(f'warning: login: user "{user}" from .* refused', t.gw.log(),
                "the gateway's log")
    for word in "Xyzzy", "Plugh":
        check(word not in t.gw.log(), "a password is in the log")
    check(not t.gw.json("sessions")["sessions"], "a session came about")
