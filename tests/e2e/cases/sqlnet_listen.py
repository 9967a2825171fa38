# SPDX-License-Identifier: BSD-2-Clause
"""A redirect names the address that the application has dialled: one of the
agent's own, or what [listen NAME] says."""

from lib import oracle, oracle_clients, tns
from lib.base import check, equal


def run(t):
    db = oracle.server(t, oracle.Database())
    scan = oracle.redirect(db)
    where = {"own": None, "fixed": t.gateway_ip, "local": "127.0.0.1"}
    for name, host in where.items():
        oracle.resource(t, oracle.server(t, scan), name)
        if host:
            oracle.shown_at(t, host, name)
    t.up()
    for name, host in where.items():
        at = t.at(name)
        if host:
            equal(at[0], host, f"where {name} listens")
        for _ in range(3):
            road = tns.login(at, tns.request())
            equal(road.hops[0][0], at[0], f"what the redirect of {name} says")
            check(road.hops[0][1] != at[1], "a port of its own")
            equal(road.stream.ask(b"hello"), b"hello", name)
            road.stream.close()
        for client in oracle_clients.both():
            client.login(at)
    equal([c.logged_in for c in db.calls].count(True), 6, "logins")
