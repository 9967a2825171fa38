# SPDX-License-Identifier: BSD-2-Clause
"""A user makes the tunnel of a session and cuts it again and again, and tries to
without a proof: all that is counted, few lines of it are in the log."""

import os

from lib.adit import PASSWORD
from lib.base import check

MANY = 40               # of each kind, as tests/e2e/hostile.c has it
FEW = 5                 # lines that are alike


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.gw.user("mallory")
    t.up()
    out = t.run([t.tool("tests/e2e/hostile"), "tunnel_storm",
                 f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory",
                 str(server.port)],
                env=dict(os.environ, HOSTILE_PASSWORD=PASSWORD))
    check("as it should be" in out, out)
    t.gw.wait_log(r"user=mallory .*state=resume")
    # What was counted is told when the session ends.
    t.gw.ctl("kick", "mallory")
    for rest in (rf"evt=sessions .*user=mallory source=.* state=resume "
                 rf"reason=\"\" count={MANY - FEW} ",
                 rf"user mallory: {MANY - FEW} further lines of this kind were "
                 "left out in .*: a tunnel from .* is refused: its proof is "
                 "wrong"):
        t.gw.wait_log(rest)
    for what in "state=resume", "proof is wrong", "the tunnel is down":
        n = sum(what in line for line in t.gw.log().splitlines())
        check(n <= 2 * FEW + 2, f"{n} lines: {what}")
