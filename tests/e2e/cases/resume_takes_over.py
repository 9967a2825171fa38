# SPDX-License-Identifier: BSD-2-Clause
"""A new tunnel wins at once while the old one still looks alive."""

import time

from lib import link
from lib.base import check, equal, wait_for
from lib.crowd import Crowd, slowly


def run(t):
    way = link.Link(t)
    listener = t.one_server()
    crowd = Crowd(t, listener, 4, t.size(8 << 20, 1 << 20),
                  slowly(1 << 17, 0.1))
    for times in 1, 2, 3:
        old = way.wires[-1]
        wait_for(lambda: old.carried > 1 << 18, "some bytes to pass",
                 within=60)
        begun = time.monotonic()
        way.cut_near()
        link.resumed(t, times, 10)
        check(time.monotonic() - begun < 5, "it took too long")
        wait_for(lambda: old.far.fileno() < 0, "the gateway to drop the old")
    crowd.finish()
    equal(link.session(t)["resumed"], 3, "resumed, at the gateway")
    check("attach" not in t.gw.log().split("resume")[-1], "attached anew")
