# SPDX-License-Identifier: BSD-2-Clause
"""A CONNECT whose length makes it look like TLS does not get past `services`,
neither at the listener nor behind a redirect."""

from lib import oracle, tns
from lib.base import check, equal

TLS = b"\x16\x03\x01"           # a record of a handshake: 5,635 bytes, says TNS


def disguised(service, checksum=b"\0\0"):
    """CONNECT with blanks behind its text, so that it has that length."""
    text = f"(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME={service})))".encode()
    text = text.ljust(int.from_bytes(TLS[:2], "big") - 74)
    head = bytearray(tns.connect("x")[:74])
    head[:2], head[2:4] = TLS[:2], checksum
    head[24:26] = len(text).to_bytes(2, "big")
    return bytes(head) + text


def run(t):
    db = oracle.server(t, oracle.Database())
    scan = oracle.server(t, oracle.redirect(db))
    oracle.resource(t, db, "db", services="sales")
    oracle.resource(t, scan, services="sales")
    t.up()
    for checksum in b"\0\0", TLS[2:] + b"\x15":
        for addr in t.at("db"), announced(t):
            client = tns.Client(addr)
            client.send(disguised("hr", checksum))
            not_accepted(client)
            client.close()
    equal([c.text for c in db.calls], [""] * len(db.calls),
          "what the database was asked for")


def not_accepted(client):
    """Refused or cut off: which of them is the plugin's to choose."""
    try:
        found = client.read()
    except ConnectionResetError:
        return
    check(not found or found.kind == tns.REFUSE, "it was accepted")


def announced(t):
    """Where a redirect leads that was asked for honestly."""
    client = tns.Client(t.at("scan"))
    address, _ = client.redirected(client.connect(tns.request()))
    client.close()
    return tns.places(address)[0]
