# SPDX-License-Identifier: BSD-2-Clause
"""A redirect that comes in pieces, in several DATA packets, with its end or
without: clients get it whole, in one DATA packet."""

from lib import oracle, oracle_clients, tns
from lib.base import equal
from lib.tcp import read_exactly

DIRECT = True
# name: (size of the pieces, DATA packets, waits for the client's end)
WAYS = {"bytes": (1, 1, False), "sevens": (7, 1, True),
        "sixties": (60, 1, False), "two": (None, 2, False),
        "five": (None, 5, True), "worst": (3, 9, False)}


def run(t):
    db = oracle.server(t, oracle.Database())
    for name, (pieces, packets, linger) in WAYS.items():
        oracle.resource(t, oracle.server(t, oracle.redirect(
            db, pieces=pieces, packets=packets, linger=linger)), name)
    oracle.resource(t, oracle.server(t, oracle.redirect(
        db, form="B", pieces=5)), "inline")
    t.up()
    for name in [*WAYS, "inline"]:
        road = tns.login(t.at(name), tns.request())
        equal(road.stream.ask(b"hello"), b"hello", f"{name}: through it")
        road.stream.close()
        equal(db.call().text, t.parts[name][0].call().told[1], name)
        if not t.direct and name != "inline":
            in_one_piece(t, name)
        for client in oracle_clients.both():
            if survives(t, client.name, name):
                client.login(t.at(name))
                equal(db.call().text, t.parts[name][0].call().told[1], name)
    slow_connect(t, db)


def in_one_piece(t, name):
    """REDIRECT and DATA, two packets, and nothing else."""
    client = tns.Client(t.at(name))
    head = client.connect(tns.request())
    client.redirected(head)
    equal((len(head.whole), len(client.told[1])), (10, 1), f"{name}: packets")
    client.close()


def survives(t, client, way):
    """What clients cannot take from a real listener either: node reads one
    DATA packet, python 1.2.1 wants the header of a packet in one piece and
    reads no text within REDIRECT."""
    if way == "inline":
        return client == "node"
    pieces, packets, _ = WAYS[way]
    return not t.direct or (packets == 1 and (client == "node" or
                                              (pieces or 99) >= 60))


def slow_connect(t, db):
    """CONNECT byte by byte, with its text behind it in two DATA packets."""
    text = tns.request(service="s" * 300)
    client = tns.Client(t.at("sixties"))
    for byte in tns.connect(text):
        client.send(bytes([byte]))
    address, more = client.redirected(client.answer())
    equal(tns.find(tns.parse(more), "SERVICE_NAME"), "s" * 300, "the service")
    client.close()
    client = tns.Client(tns.places(address)[0])
    head, rest = tns.connect(more)[:74], more.encode()
    client.send(head, tns.data(rest[:100]), tns.data(rest[100:]))
    equal(client.answer().kind, tns.ACCEPT, "the answer to all of it")
    equal(client.ask(b"hello"), b"hello", "through it")
    client.sock.shutdown(1)
    equal(read_exactly(client.sock, 0), b"", "the end")
    client.close()
    equal(db.call().text, more, "connect data in two packets")
