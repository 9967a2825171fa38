# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: Oracle's thin drivers follow a redirect to the address that
the listener names, which nothing rewrites: another port of the listener's
machine, which no resource has, and another machine, which has one.  Where no
resource tells the address it is dialled as without adit."""

import json
import os

from lib import oracle, oracle_clients
from lib.base import check, equal, matches
from lib.nft import Caught

NET = True
NEEDS = ["nft"]
NAME = "scan.corp.example"


def run(t):
    with t.far:
        same, other = (oracle.server(t, oracle.Database(), ip)
                       for ip in (t.far.ip, t.far.ip2))
        near, away = (oracle.server(t, oracle.redirect(db), t.far.ip)
                      for db in (same, other))
    oracle.resource(t, near, intercept_address="yes")
    oracle.resource(t, away, "away", intercept_address="yes",
                    redirect_allow=f"{t.far.ip2}/32")
    oracle.resource(t, near, "named", host=NAME)
    oracle.resource(t, other, "other", intercept_address="yes")
    t.gw.hosts = [(t.far.ip, NAME)]
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    t.up()
    nft.ready()
    os.chmod(t.dir, 0o755)

    def login(client, host, listener, caught=2):
        had = t.ag.status()["nft"]["connections"]
        task = client.task((host, listener.port), "sales",
                           oracle_clients.PASSWORD, 1)
        status, text = nft.run("env", "USER=bobby", *client.command,
                               json.dumps(task))
        check(status == 0 and json.loads(text.splitlines()[-1])["ok"],
              f"{client.name} at {host}: {status}: {text}")
        equal(t.ag.status()["nft"]["connections"] - had, caught,
              f"caught of {client.name} at {host}")

    clients = [c.readable(t) for c in oracle_clients.both()]
    for client in clients:
        login(client, t.far.ip, near)
        login(client, NAME, near)
        login(client, t.far.ip, away)
    equal((len(near.calls), len(away.calls)), (4, 2), "calls of listeners")
    equal([c.logged_in for c in same.calls + other.calls], [True] * 6, "logins")
    matches(f"HOST={t.far.ip2}", str(away.call().told), "the redirect")
