# SPDX-License-Identifier: BSD-2-Clause
"""Redirects that make no sense lead nowhere: the client is refused or cut off,
the node is not connected to, and others go on."""

from lib import oracle, tns
from lib.base import check, equal

A = "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT={p}))"
TEXTS = {
    "nothing": "", "blank": "   ", "word": "{h}:{p}", "bare": "(ADDRESS=x)",
    "nohost": "(ADDRESS=(PROTOCOL=tcp)(PORT={p}))",
    "big": "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT=70000))",
    "zero": "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT=0))",
    "text": "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT={p}x))",
    "open": A[:-1], "open2": "(DESCRIPTION=" + A, "behind": A + " (",
    "hosts": "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(HOST={h})(PORT={p}))",
    "ports": "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT={p})(PORT={p}))",
    "call": "(ADDRESS=(PROTOCOL=tcp)(HOST={h}(b))(PORT={p}))",
    "hidden": "(FOO=" + A + ")", "security": "(SECURITY=" + A + ")",
    "ipc": "(ADDRESS=(PROTOCOL=ipc)(HOST={h})(PORT={p}))",
    "deep": "(DESCRIPTION=" * 90 + A + ")" * 90,
    "many": "(ADDRESS_LIST=" + A * 400 + ")",
    "long": "(ADDRESS=(PROTOCOL=tcp)(HOST={h}" + "x" * 5000 + ")(PORT={p}))",
}


def bytes_of(where):
    """Packets that are wrong in themselves."""
    good = oracle.redirect_packets("C", where, "(DESCRIPTION=)")
    return {
        "short": [b"\0\7\0\0\5\0\0\0"], "null": [b"\0\0\0\0\5\0\0\0"],
        "alone": good[:1], "half": [good[0], good[1][:40]],
        "less": [tns.packet(tns.REDIRECT, b"\xff\xff", 2), good[1]],
        "kind": [good[0], tns.packet(tns.CONTROL, good[1][8:])],
        "accept": [good[0], tns.accept()],
        "tiny": [tns.packet(tns.REDIRECT)]}


def run(t):
    db = oracle.server(t, oracle.Database())
    ways = {name: oracle.redirect(where=text.format(h=db.host, p=db.port))
            for name, text in TEXTS.items()}
    for name, packets in bytes_of(oracle.addresses(db)).items():
        ways[name] = lambda call, packets=packets: call.send(*packets)
    ways["good"] = oracle.redirect(db)
    oracle.serve(t, lambda call: ways[call.service](call))
    for name in ways:
        if name != "good":
            refused(t, name)
    db.untouched("behind a redirect that makes no sense")
    bad_clients(t)
    road = tns.login(t.at("scan"), tns.request("good"))
    equal(road.stream.ask(b"hello"), b"hello", "another one")
    road.stream.close()


def refused(t, name):
    client = tns.Client(t.at("scan"))
    try:
        found = client.connect(tns.request(name))
        check(found.kind == tns.REDIRECT, f"{name}: {found.name}")
        text = client.redirected(found)
    except (tns.Refused, tns.Failure, ConnectionResetError):
        return
    finally:
        client.close()
    raise AssertionError(f"{name}: the client was told {text}")


def bad_clients(t):
    """A packet of the client's with a length that cannot be."""
    for first in b"\0\0\0\0\1\0\0\0", b"\0\7\0\0\1\0\0\0", b"\0\x08\0\0\1\0\0\0":
        client = tns.Client(t.at("scan"))
        client.send(first + bytes(100))
        _, answer = client.fate()
        check(answer[4:5] in (b"", bytes([tns.REFUSE])), f"{first}: {answer}")
        client.close()
