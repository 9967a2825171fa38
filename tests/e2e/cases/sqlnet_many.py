# SPDX-License-Identifier: BSD-2-Clause
"""Twenty logins at once, each through a redirect of its own."""

from lib import oracle, oracle_clients
from lib.base import equal

DIRECT = True
COUNT = 20


def run(t):
    db = oracle.server(t, oracle.Database())
    scan = oracle.serve(t, oracle.redirect(db))
    for times, client in enumerate(oracle_clients.both(), 1):
        client.login(t.at("scan"), count=COUNT)
        equal((len(scan.calls), len(db.calls)), (times * COUNT,) * 2,
              "connections to listener and node")
    equal([c.logged_in for c in db.calls], [True] * 2 * COUNT, "logins")
    oracle.audited(t, "scan", 4 * COUNT, 2 * COUNT)
