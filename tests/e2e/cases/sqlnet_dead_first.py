# SPDX-License-Identifier: BSD-2-Clause
"""A redirect to several addresses, the first ones dead: the gateway tries them
in order, where clients give up after the first."""

from lib import oracle, oracle_clients, tns
from lib.base import equal, free_port


def run(t):
    db = oracle.server(t, oracle.Database())
    other = oracle.server(t, oracle.Database())
    dead = [(t.server_ip, free_port(t.server_ip)) for _ in range(2)]
    orders = {"second": (dead[0], db), "third": (*dead, db, other),
              "first": (db, dead[0])}
    for name, order in orders.items():
        oracle.resource(t, oracle.server(t, oracle.redirect(*order)), name)
    oracle.resource(t, oracle.server(t, oracle.redirect(*dead)), "dead")
    t.up()
    for name, order in orders.items():
        client = tns.Client(t.at(name))
        address, _ = client.redirected(client.connect(tns.request()))
        oracle.same_but_places(oracle.addresses(*order), address)
        equal(len(set(tns.places(address))), 1, "all lead to one place")
        client.close()
        for client in oracle_clients.both():
            client.login(t.at(name))
            equal(db.call().logged_in, True, f"{name}: {client.name}")
    other.untouched("a later address was tried")
    equal(len(db.calls), 6, "connections to the node")
    for client in oracle_clients.both():
        client.fails(t.at("dead"), ".")
