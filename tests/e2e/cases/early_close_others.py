# SPDX-License-Identifier: BSD-2-Clause
"""What another user of the machine sends before closing at once never reaches
the server."""

from lib import brief
from lib.base import equal, wait_for

ROOT = True
VARIANTS = "to_root", "to_nobody"
TIMES, NOBODY, SOMEBODY = 50, 65534, 65533


def run(t, variant):
    mine = NOBODY if variant == "to_nobody" else None
    others = [None, SOMEBODY] if mine else [NOBODY, SOMEBODY]
    server = t.echo()
    t.resource("echo", server)
    t.agent(uid=mine)
    t.up()
    here = t.at("echo")
    for number, uid in enumerate(others):
        brief.send(TIMES, here, uid=uid)
        wait_for(lambda: refused(t) == TIMES * (number + 1),
                 "all of them to be refused")
    equal(server.count, 0, "connections at the server")


def refused(t):
    return sum(r["times"] for r in t.ag.status()["refusals"])
