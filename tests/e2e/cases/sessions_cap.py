# SPDX-License-Identifier: BSD-2-Clause
"""A user has at most 16 sessions.  One more is refused while all are in use, and
takes the place of one that has lost its tunnel; others are not concerned."""

import os

from lib.adit import PASSWORD
from lib.base import check, equal
from lib.tcp import ask, dial

MOST = 16


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.gw.user("mallory")
    t.up()
    quiet = dial(t.ag.at("echo"))
    equal(ask(quiet), b"hello", "another user before")
    out = t.run([t.tool("tests/e2e/hostile"), "sessions_cap",
                 f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory",
                 str(server.port)],
                env=dict(os.environ, HOSTILE_PASSWORD=PASSWORD))
    check("as it should be" in out, out)
    theirs = [s for s in t.gw.json("sessions")["sessions"]
              if s["user"] == "mallory"]
    equal(len(theirs), MOST, "sessions of mallory")
    equal(ask(quiet), b"hello", "another user afterwards")
