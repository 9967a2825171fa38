# SPDX-License-Identifier: BSD-2-Clause
"""Listener and node with IPv6; the application's side with IPv4 and IPv6."""

from lib import oracle, oracle_clients, tns
from lib.base import equal

DIRECT = NET = True


def run(t):
    with t.far:
        db = oracle.server(t, oracle.Database(), t.far.ip6)
        scans = {name: oracle.server(t, oracle.redirect(db), t.far.ip6)
                 for name in ("four", "six")}
        mixed = oracle.server(t, oracle.redirect(db), t.far.ip)
    for name, scan in scans.items():
        oracle.resource(t, scan, name)
    oracle.resource(t, mixed, "mixed", redirect_allow=f"{t.far.ip6}/128")
    oracle.shown_at(t, "::1", "six")
    t.up()
    for name in "four", "six", "mixed":
        road = tns.login(t.at(name), tns.request())
        equal(road.stream.ask(b"hello"), b"hello", f"{name}: through it")
        road.stream.close()
        if not t.direct:
            equal(road.hops[0][0], t.at(name)[0], f"{name}: what was shown")
        for client in oracle_clients.both():
            client.login(t.at(name))
            equal(db.call().logged_in, True, f"{name}: {client.name}")
