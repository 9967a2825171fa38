# SPDX-License-Identifier: BSD-2-Clause
"""SCAN listener, node listener, dispatcher: each redirect leads on, and the
login at the end of them is complete."""

from lib import oracle, oracle_clients, tns
from lib.base import equal

DIRECT = True


def run(t):
    db = oracle.server(t, oracle.Database())
    node = oracle.server(t, oracle.redirect(db, linger=True))
    scan = oracle.serve(t, oracle.redirect(node))
    road = tns.login(t.at("scan"), tns.request())
    equal(len(road.hops), 2, "redirects on the way")
    equal(road.stream.ask(b"hello"), b"hello", "through all of them")
    road.stream.close()
    for count, client in enumerate(oracle_clients.both(), 2):
        client.login(t.at("scan"))
        equal([len(s.calls) for s in (scan, node, db)], [count] * 3,
              "connections")
        equal(db.call().text.count(oracle.NODE), 2, "what both have added")
    oracle.audited(t, "scan", 9, 6)
