# SPDX-License-Identifier: BSD-2-Clause
"""A complete login with ping and close behind a redirect; a wrong password;
a long connect text; a listener that asks for CONNECT again."""

from lib import oracle, oracle_clients
from lib.base import check, equal

DIRECT = True
LONG = "sales." + "x" * 240         # more than fits into CONNECT


def run(t):
    db = oracle.Database()
    node = oracle.server(t, db)
    again = oracle.server(t, oracle.resend(db))
    oracle.resource(t, oracle.server(t, oracle.redirect(node)))
    oracle.resource(t, oracle.server(t, oracle.redirect(again)), "again")
    oracle.resource(t, oracle.server(t, oracle.resend(oracle.redirect(again))),
                    "twice")
    oracle.resource(t, node, "node")
    t.up()
    for client in oracle_clients.both():
        for name in "scan", "again", "twice", "node":
            client.login(t.at(name))
            client.login(t.at(name), service=LONG)
        call = node.call()
        equal((call.logged_in, call.service), (True, LONG), "a long text")
        equal(call.seen[:2], ["CONNECT", "DATA"], "packets")
        client.fails(t.at("scan"), "ORA-01017", password="lion")
        check(not node.call().logged_in, "a login with a wrong password")
    equal(db.pings, 16, "pings")
    equal({len(call.connects) for call in again.calls}, {2}, "CONNECTs")
    for call in again.calls:
        equal(call.connects[0], call.connects[1], "the repeated CONNECT")
