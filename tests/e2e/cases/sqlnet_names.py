# SPDX-License-Identifier: BSD-2-Clause
"""A redirect to a name that only the gateway can resolve; to one that nobody
can; to what the database calls localhost."""

from lib import oracle, oracle_clients, tns
from lib.base import equal

NET = True
VIP, NONE = "racnode1-vip.corp.example", "no-such-node.corp.example"


def run(t):
    with t.far:
        db = oracle.server(t, oracle.Database(), t.far.ip)
        vip = oracle.server(t, oracle.Database(), t.far.ip2)
    for name, targets in {
            "vip": [(VIP, vip.port)], "short": [("racnode1", db.port)],
            "none": [(NONE, db.port)],
            "second": [(NONE, db.port), (VIP, vip.port)],
            "localhost": [("localhost", db.port)],
            "any": [("0.0.0.0", db.port)]}.items():
        with t.far:
            scan = oracle.server(t, oracle.redirect(*targets), t.far.ip)
        oracle.resource(t, scan, name, redirect_allow=f"{t.far.ip2}/32")
    t.gw.hosts = [(t.far.ip2, VIP), (t.far.ip, "racnode1")]
    t.up()
    clients = oracle_clients.both()
    for name, node in (("vip", vip), ("short", db), ("second", vip),
                       ("localhost", db), ("any", db)):
        for client in clients:
            before = len(node.calls)
            client.login(t.at(name))
            equal(len(node.calls), before + 1, f"{name}: connections")
    for client in clients:
        client.fails(t.at("none"), ".")
    road = tns.login(t.at("vip"), tns.request())
    equal(road.hops[0][0], t.at("vip")[0], "the client hears no name")
    road.stream.close()
