# SPDX-License-Identifier: BSD-2-Clause
"""A PING does not wait behind data: while a slow link is filled both ways, its
round trip is that of the link's own queue, and little more; no tunnel is taken
for dead."""

from lib.base import check, equal, pause
from lib.crowd import Crowd
from lib.linked import Link

TIMEOUT = 120
QUEUE_S = 0.5           # what the link's own queue holds, each way


def run(t):
    link = Link(t.tool("bench/link"), delay=20, rate=2,
                queue=int(QUEUE_S * 250000))
    t.gateway_ip = link.far_ip
    with link.far:
        listener = t.listen(link.far_ip)
        t.resource("tcp", listener)
        t.gw.start()
    with link.near:
        t.ag.up()
        crowd = Crowd(t, listener, 2, 1 << 20)
        pause(2)
        trips = []
        while crowd.busy() and len(trips) < 8:
            trips.append(t.ag.status()["rtt_ms"])
            trips.append(t.gw.json("sessions")["sessions"][0]["rtt_ms"])
            pause(1)
        check(len(trips) > 5, "all was through too early")
        crowd.finish()
        equal(t.ag.status()["resumed"], 0, "resumed")
    late = [ms for ms in trips if ms and ms > 2000 * QUEUE_S + 500]
    check(not late, f"round trips of {trips} ms")
