# SPDX-License-Identifier: BSD-2-Clause
"""600 logins at once through one agent; 300 that are each redirected; 300 to as
many different places, of which those wait that the agent has no room for.

    sockets  redirects to one node share a listener of the agent
    places   redirects to different places: 256 at a time
    drivers  node-oracledb; ADIT_E2E_LOGINS says how many at once"""

import os
import selectors

from lib import oracle, oracle_clients, tns
from lib.base import check, equal, wait_for

DIRECT = True
VARIANTS = ["sockets", "places", "drivers"]
PLAIN, LED, AT_ONCE = 600, 300, 256


def run(t, variant):
    globals()[variant](t)


def ask_all(addr, count, text=None, **how):
    """So many clients that have said CONNECT, and nobody has read an answer."""
    clients = [tns.Client(addr) for _ in range(count)]
    for client in clients:
        client.send(tns.connect(text or tns.request(), **how))
    return clients


def all_in(clients):
    for number, client in enumerate(clients):
        equal(client.answer().kind, tns.ACCEPT, f"client {number}")
    for number, client in enumerate(clients):
        equal(client.ask(b"%d" % number), b"%d" % number, "an echo")
    for client in clients:
        client.close()


def sockets(t):
    db = oracle.server(t, oracle.Database())
    scan = oracle.server(t, oracle.redirect(db))
    oracle.resource(t, db, "node")
    oracle.resource(t, scan, "scan")
    t.up()
    all_in(ask_all(t.at("node"), PLAIN))
    shown, second = set(), []
    for client in ask_all(t.at("scan"), LED):
        address, more = client.redirected(client.answer())
        shown.update(tns.places(address))
        second.append((tns.places(address)[0], more))
        client.close()
    if not t.direct:
        check(len(shown) < LED / 10, f"{len(shown)} listeners")
        t.gw.ctl("upgrade")
    # The last first: whoever comes in is not tied to one announcement.
    clients = [ask_all(to, 1, more, flags=tns.RDR)[0]
               for to, more in reversed(second)]
    all_in(clients)
    oracle.audited(t, "scan", 2 * LED, LED)
    if not t.direct:
        gone(shown)


def gone(shown):
    """When all have come in, the agent listens no more."""
    def refused(to):
        try:
            return tns.dial(to).recv(1) == b""
        except (ConnectionRefusedError, ConnectionResetError):
            return True
    wait_for(lambda: all(refused(to) for to in shown), "the end of it all")


def places(t):
    """Nobody listens there, so a connection is all that is made of each."""
    first = 20000

    def answer(call):
        place = t.server_ip, first + call.server.calls.index(call)
        oracle.redirect(place)(call)
    oracle.resource(t, oracle.server(t, answer), "scan")
    t.up()
    clients = ask_all(t.at("scan"), LED)
    shown = {}
    with selectors.DefaultSelector() as loop:
        for client in clients:
            loop.register(client.sock, selectors.EVENT_READ, client)
        hear(loop, shown, LED if t.direct else AT_ONCE)
        t.reason("further ones wait until one is used")
        equal(len(shown), LED if t.direct else AT_ONCE, "redirects at once")
        for to in list(shown.values())[:LED - AT_ONCE]:
            use(to)
        hear(loop, shown, LED)
    equal(len(set(shown.values())), LED, "different places")


def use(to):
    """The server refuses it."""
    try:
        equal(tns.dial(to).recv(1), b"", "a port where nobody listens")
    except (ConnectionRefusedError, ConnectionResetError):
        pass


def hear(loop, shown, count):
    """Redirects, until so many have come."""
    def more():
        for key, _ in loop.select(0.5):
            address, _ = key.data.redirected(key.data.answer())
            shown[key.data] = tns.places(address)[0]
            loop.unregister(key.fileobj)
        return len(shown) >= count
    wait_for(more, f"{count} redirects", 9)


def drivers(t):
    count = int(os.environ.get("ADIT_E2E_LOGINS",
                               30 if t.sanitized() else 100))
    db = oracle.server(t, oracle.Database())
    scan = oracle.server(t, oracle.redirect(db))
    oracle.resource(t, db, "node")
    oracle.resource(t, scan, "scan")
    t.up()
    client = oracle_clients.Node()
    client.login(t.at("node"), count=count)
    client.login(t.at("scan"), count=count)
    equal([c.logged_in for c in db.calls], [True] * 2 * count, "logins")
    oracle.audited(t, "scan", 2 * count, count)
