# SPDX-License-Identifier: BSD-2-Clause
"""An announced connection is read by the plugin too, and announces further
ones."""

from lib import parley
from lib.base import equal, matches


def run(t):
    server = parley.start(t, inspect="yes")
    first = parley.Dialogue(t, server)
    talks, place = [first], server
    for depth in range(1, 5):
        place = t.listen()
        addr = talks[-1].open(place)
        talks.append(parley.Dialogue(t, place, sock=parley.dial(addr)))
        equal(talks[-1].ask("HELLO", f"OK {depth}"), f"OK {depth}", "depth")
    for talk in reversed(talks):
        talk.close()
    for depth in range(1, 5):
        line = t.gw.wait_log(rf'evt=channel .*depth="{depth}".*')[0]
        matches(r'parent=\d+ .*orphan="no"', line, "the audit line")
