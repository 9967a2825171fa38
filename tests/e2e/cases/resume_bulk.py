# SPDX-License-Identifier: BSD-2-Clause
"""100 channels in mid-transfer, both ways: the link goes dark and is cut; all
bytes arrive, in the same connections.  ADIT_E2E_DARK=30 makes it long."""

from lib import link
from lib.base import check, equal, pause, wait_for
from lib.crowd import Crowd, Memory, slowly

TIMEOUT = 240
COUNT = 100
SHARE = 8 << 20         # bytes that pass until the link goes dark
BUDGET_KB = 112 << 10   # a session's credit, a log of half as much, and TLS


def run(t):
    way = link.Link(t)
    listener = t.one_server()
    memory = Memory(worker=t.gw.worker(), agent=t.ag.pid())
    way.share = SHARE
    way.wires[-1].carry_no_more_than(SHARE)
    crowd = Crowd(t, listener, COUNT, t.size(1 << 20, 256 << 10),
                  slowly(t.size(1 << 16, 1 << 14), 0.2))
    for number, refuse in enumerate((False, True), 1):
        wait_for(way.wires[-1].is_full, "some bytes to pass", within=60)
        way.go_dark(refuse)
        pause(link.DARK)
        check(crowd.busy(), "all was through too early")
        way.cut()
        if refuse:
            way.share = None
        way.come_back()
        link.resumed(t, number, 60)
    crowd.finish()
    equal(link.session(t)["resumed"], 2, "resumed, at the gateway")
    if not t.sanitized():
        memory.check(BUDGET_KB)
