# SPDX-License-Identifier: BSD-2-Clause
"""A redirect to several nodes, of which the first ones are silent: the gateway
tries the next beside them."""

import time

from lib import oracle, oracle_clients, tns
from lib.base import check, equal, slowness

NET = True
SILENT = ("10.67.0.1", 1521), ("10.67.0.2", 1521)


def run(t):
    db = oracle.server(t, oracle.Database())
    for name, dead in ("second", SILENT[:1]), ("third", SILENT):
        oracle.resource(t, oracle.server(t, oracle.redirect(*dead, db)), name,
                        redirect_allow=f"{t.server_ip}, 10.67.0.0/16")
    t.up()
    for name in "second", "third":
        begun = time.monotonic()
        client = tns.Client(t.at(name))
        client.redirected(client.connect(tns.request()))
        client.close()
        for client in oracle_clients.both():
            client.login(t.at(name))
            equal(db.call().logged_in, True, f"{name}: {client.name}")
        took = time.monotonic() - begun
        check(took < 8 * slowness(), f"{name}: {took:.1f} s for two logins")
