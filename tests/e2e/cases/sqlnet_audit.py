# SPDX-License-Identifier: BSD-2-Clause
"""The audit lines of listener and node: service, program and user as the
client names them, and where the redirect leads; nothing can be forged."""

from lib import oracle, oracle_clients, tns
from lib.base import check, equal, matches

FORGED = "x\nevt=channel user=eve"


def run(t):
    db = oracle.server(t, oracle.Database())
    scan = oracle.server(t, oracle.redirect(db))
    plain = oracle.server(t, oracle.refuse(12514))
    oracle.resource(t, scan)
    oracle.resource(t, db, "node")
    oracle.resource(t, plain, "plain")
    t.up()
    oracle_clients.Node().login(t.at("scan"), service="Sales.corp.example")
    target = f"{db.host}:{db.port}"
    # Of two lines, one leads there and the other was connected there.
    lines = oracle.audit_lines(t, "scan", 2)
    parent = next(x for x in lines if f"{scan.host}:{scan.port}" in x)
    child = next(x for x in lines if x is not parent)
    for line in lines:
        for word in ("plugin=sqlnet", "user=alice", "Sales.corp.example",
                     "biller", "bobby", target):
            check(word in line, f"no {word} in: {line}")
    matches(r"parent=\d+ ", child, "the audit line of the node's")
    # A long text stands in a packet of its own; a program's name in a path.
    road = tns.login(t.at("node"), tns.request(
        "S" * 40, "/opt/app/bin/" + "p" * 300, "carol"))
    road.stream.close()
    line, = oracle.audit_lines(t, "node", 1)
    for word in "S" * 40, "/opt/app/bin/ppp", "carol":
        check(word in line, f"no {word} in: {line}")
    forge(t)


def forge(t):
    try:
        tns.login(t.at("plain"), tns.request(FORGED, FORGED, FORGED))
    except (tns.Refused, tns.Failure, ConnectionResetError):
        pass
    line, = oracle.audit_lines(t, "plain", 1)
    equal([x for x in t.gw.log().splitlines()
           if not x.startswith("aditd: ")], [], "forged lines")
    check("user=alice" in line, line)
