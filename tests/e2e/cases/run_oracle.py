# SPDX-License-Identifier: BSD-2-Clause
"""adit run: Oracle's thin drivers follow a redirect to the address that the
listener names, which nothing rewrites."""

import json
import os

from lib import oracle, oracle_clients
from lib.base import check, equal, matches

NET = True
DIRECT = True
NAME = "scan.corp.example"
DIAL = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
except OSError as error:
    print(error.strerror)
"""


def login(t, client, host, port):
    task = client.task((host, port), "sales", oracle_clients.PASSWORD, 1)
    status, text = t.ag.run(*client.command, json.dumps(task))
    check(status == 0 and json.loads(text.splitlines()[-1])["ok"],
          f"{client.name} at {host}: {status}: {text}")


def run(t):
    with t.far:
        db = oracle.server(t, oracle.Database(), t.far.ip2)
        scan = oracle.server(t, oracle.redirect(db), t.far.ip)
    allow = {"redirect_allow": f"{t.far.ip2}/32"}
    oracle.resource(t, scan, **allow)
    oracle.resource(t, scan, "named", host=NAME, **allow)
    t.gw.hosts = [(t.far.ip, NAME)]
    t.agent(uid=65534)
    t.up()
    os.chmod(t.dir, 0o755)
    clients = [client.readable(t) for client in oracle_clients.both()]
    for client in clients:
        for host in t.far.ip, NAME:
            login(t, client, host, scan.port)
    equal(len(scan.calls), 4, "connections at the listener")
    equal([c.logged_in for c in db.calls], [True] * 4, "logins")
    matches(f"HOST={t.far.ip2}", str(scan.call().told), "the redirect")
    if not t.direct:
        _, text = t.ag.run("/usr/bin/python3", "-c", DIAL, t.far.ip2,
                           str(db.port))
        equal(text.strip(), "Network is unreachable", "what nobody has named")
