# SPDX-License-Identifier: BSD-2-Clause
"""Behind a forwarder that does not carry urgent data the check of out-of-band
breaks fails: so the other cases would notice."""

from lib import oracle, oracle_clients, tns
from lib.base import equal
from lib.plain import Plain

DIRECT = True


def run(t):
    for inline in False, True:
        db = oracle.server(t, oracle.Database(oob=True))
        through = Plain(t.server_ip, db, inline)
        name = "inline" if inline else "lost"
        oracle.resource(t, through, name)
    t.up()
    for name in "lost", "inline":
        at = t.at(name)
        oracle_clients.Python().fails(at, "DPY-4011|DPY-6005|closed")
        road = tns.login(at, tns.request(), options=0x0c01, flags2=1)
        road.stream.urge()
        road.stream.send(tns.marker(tns.MARK_RESET, True))
        equal(road.stream.read(), None, f"{name}: the end")
