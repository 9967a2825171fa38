# SPDX-License-Identifier: BSD-2-Clause
"""A call of an Oracle client is cancelled, by an urgent byte, while the tunnel
is gone; another client logs in meanwhile, through a redirect."""

from lib import link, oracle, oracle_clients
from lib.base import check, matches, pause, wait_for
from lib.tcp import Task

TIMEOUT = 90


def run(t):
    way = link.Link(t)
    database = oracle.Database(oob=True, hold=True)
    db = oracle.server(t, database)
    oracle.resource(t, oracle.server(t, oracle.redirect(db)))
    t.up()
    at = t.at("scan")
    python = oracle_clients.Python()
    for times, refuse in enumerate((False, True), 1):
        database.hold, pings = True, database.pings
        client = python.start_cancel(t, at)
        wait_for(lambda: database.pings > pings, "a ping")
        database.hold = False
        way.go_dark(refuse)
        client.cancel()
        late = Task(python.login, at)
        pause(link.DARK)
        check(late.is_alive(), "a login in the dark")
        way.cut()
        way.come_back()
        matches("ORA-01013", client.result().get("cancelled", "no"), "the ping")
        late.result()
        link.resumed(t, times)
