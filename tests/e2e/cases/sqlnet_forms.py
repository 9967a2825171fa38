# SPDX-License-Identifier: BSD-2-Clause
"""Every form of a redirect leads to the node, by each client that knows it:
only the places in its text change, and a form stays what it is."""

from lib import oracle, oracle_clients, tns
from lib.base import check, equal
from lib.tcp import fate

DIRECT = True


def run(t):
    db = oracle.server(t, oracle.Database())
    for form in oracle.FORMS:
        scan = oracle.server(t, oracle.redirect(db, form=form))
        oracle.resource(t, scan, form.lower())
    t.up()
    clients = oracle_clients.both()
    for form in oracle.FORMS:
        at, (scan,) = t.at(form.lower()), t.parts[form.lower()]
        by_socket(t, form, at, scan, db)
        for client in clients:
            if form in client.forms:
                before = len(db.calls)
                client.login(at)
                equal(len(db.calls), before + 1, f"{form}: connections")
                told(form, scan, db)


def told(form, scan, db):
    """The second CONNECT says what the listener wanted it to say."""
    first, second = scan.call(), db.call()
    _, with_data = oracle.FORMS[form]
    wanted = first.told[1] if with_data else first.text
    equal(second.text, wanted, f"{form}: connect data at the node")


def by_socket(t, form, at, scan, db):
    """Byte for byte: kinds of packets, flags, lengths, texts."""
    text = tns.request()
    client = tns.Client(at)
    head = client.connect(text)
    address, more = client.redirected(head)
    _, parts, whole = client.told
    equal(client.fate(), ("eof", b""), f"{form}: behind the redirect")
    inline, with_data = oracle.FORMS[form]
    where, data = scan.call().told
    oracle.same_but_places(where, address)
    equal(more, data if with_data else None, f"{form}: connect data")
    equal(head.flags, tns.RDS if with_data else 0, f"{form}: flags")
    if inline:
        equal(head.u16(0), 10 + len(whole), f"{form}: packet length")
    elif form in "CD":
        equal((len(head.whole), len(parts)), (10, 1), f"{form}: packets")
        equal(parts[0].u16(8), tns.EOF, f"{form}: data flags")
    to = tns.places(address)[0]
    if not t.direct:
        equal(to[0], at[0], f"{form}: the address that was dialled")
        check(to[1] != db.port, f"{form}: {to} is the server's own")
    again = tns.Client(to)
    equal(again.connect(more or text, flags=tns.RDR).kind, tns.ACCEPT, form)
    equal(again.ask(b"hello"), b"hello", f"{form}: through it")
    again.close()
    told(form, scan, db)
    if not t.direct:
        used_up(to)


def used_up(to):
    """A redirect is for one connection."""
    try:
        equal(fate(tns.dial(to)), ("reset", b""), "a second connection")
    except (ConnectionRefusedError, ConnectionResetError):
        pass
