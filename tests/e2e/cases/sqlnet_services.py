# SPDX-License-Identifier: BSD-2-Clause
"""`services` says which ones may be asked for: others are refused as a
listener refuses them, at the redirect's node as well, and never get there."""

from lib import oracle, oracle_clients, tns
from lib.base import check, equal

LISTED = "sales", "SALES", "Payroll.corp.example"
OTHERS = "hr", "sales2", "sale", "x", "payroll", "s" * 300


def run(t):
    db = oracle.server(t, oracle.Database())
    node = oracle.server(t, oracle.Database())
    scan = oracle.server(t, oracle.redirect(node))
    keys = {"services": "sales, payroll.corp.example"}
    oracle.resource(t, db, "db", **keys)
    oracle.resource(t, scan, **keys)
    t.up()
    # Clients are told the same of each service.  With sanitizers they ask for
    # one of either kind, and the texts that this case sends for all.
    clients = oracle_clients.both()
    by_clients = {LISTED[0], OTHERS[0]} if t.sanitized() else LISTED + OTHERS
    for service in LISTED:
        for name in "db", "scan":
            road = tns.login(t.at(name), tns.request(service))
            equal(road.stream.ask(b"hello"), b"hello", service)
            road.stream.close()
            for client in clients if service in by_clients else ():
                client.login(t.at(name), service=service)
    counts = heard(db), heard(node)
    for service in OTHERS:
        for name in "db", "scan":
            refused(t, name, tns.request(service))
            for client in clients if service in by_clients else ():
                client.fails(t.at(name), client.no_service, service=service)
    tricks(t)
    at_the_node(t)
    for server in db, node:
        server.ended()
    equal((heard(db), heard(node)), counts, "none of it has arrived")


def heard(server):
    """How many CONNECTs have come."""
    return len([call for call in server.calls if call.connects])


def refused(t, name, text, codes=(12514,), **how):
    try:
        tns.login(t.at(name), text, **how)
        raise AssertionError(f"{name}: {text} was accepted")
    except tns.Refused as refusal:
        check(refusal.code in codes, f"{refusal} for {text}")


def tricks(t):
    """Texts that ask for something else than they seem to."""
    for text in (
            "(DESCRIPTION=(CONNECT_DATA=(SID=hr)))",
            "(DESCRIPTION=(CONNECT_DATA=(CID=(SERVICE_NAME=sales))(SID=hr)))",
            "(DESCRIPTION=(CONNECT_DATA=(CID=(SERVICE_NAME=sales))"
            "(SERVICE_NAME=hr)))",
            "(DESCRIPTION=(ADDRESS=(SERVICE_NAME=sales))"
            "(CONNECT_DATA=(SERVICE_NAME=hr)))",
            "(description = (connect_data = (service_name = hr)))",
            "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=sales)"
            "(INSTANCE_NAME=hr1)))",
            "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=sales)"
            "(COMMAND=status)))"):
        for offset in 74, 70, 58, 34:
            refused(t, "db", text, (12514, 12505), offset=offset)
    for text in (
            "", "sales", "(DESCRIPTION=(CONNECT_DATA=))",
            "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=sales)(SERVICE_NAME=hr)))",
            "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=hr)(SERVICE_NAME=sales)))",
            "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=sales))"
            "(CONNECT_DATA=(SERVICE_NAME=hr)))",
            "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=sales"):
        not_accepted(t, text)


def not_accepted(t, text):
    """Refused or cut off: which of them is the plugin's to choose."""
    try:
        tns.login(t.at("db"), text)
    except (tns.Refused, tns.Failure, ConnectionResetError):
        return
    raise AssertionError(f"{text} was accepted")


def at_the_node(t):
    """A listed service for the listener, and another behind the redirect."""
    client = tns.Client(t.at("scan"))
    address, _ = client.redirected(client.connect(tns.request("sales")))
    client.close()
    second = tns.Client(tns.places(address)[0])
    try:
        second.connect(tns.request("hr"), flags=tns.RDR)
        raise AssertionError("another service was accepted at the node")
    except tns.Refused as refusal:
        equal(refusal.code, 12514, "another service at the node")
