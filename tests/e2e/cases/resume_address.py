# SPDX-License-Identifier: BSD-2-Clause
"""The agent comes back from another address, as a machine does that moves from
one network to another."""

from lib import link
from lib.base import check, equal, show
from lib.crowd import Crowd, slowly


def run(t):
    way = link.Link(t)
    listener = t.one_server()
    crowd = Crowd(t, listener, 4, t.size(4 << 20, 1 << 20),
                  slowly(1 << 17, 0.1))
    before = link.session(t)
    way.source = f"{t.net}.77"
    way.cut()
    link.resumed(t, 1)
    after = link.session(t)
    equal(after["session"], before["session"], "the session")
    check(after["source"].startswith(way.source + ":"),
          f"its source: {after['source']}, not {show((way.source, 0))}")
    crowd.finish()
    t.gw.wait_log(way.source)
