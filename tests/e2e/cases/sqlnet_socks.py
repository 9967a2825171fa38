# SPDX-License-Identifier: BSD-2-Clause
"""Through SOCKS a redirect stays as the listener has written it, and the
application gets to the node that it names, once."""

from lib import oracle, socks, tns
from lib.base import equal

NET = True


def run(t):
    t.ag.socks()
    with t.far:
        db = oracle.server(t, oracle.Database(), t.far.ip2)
        scan = oracle.server(t, oracle.redirect(db), t.far.ip)
    oracle.resource(t, scan, redirect_allow=f"{t.far.ip2}/32")
    t.up()
    refused(t, db, "nobody has named it")
    for _ in range(2):
        client = reach(t, scan)
        address, more = client.redirected(client.connect(tns.request()))
        client.close()
        equal((address, more), scan.call().told, "the redirect")
        second = reach(t, db)
        second.connect(more, flags=tns.RDR)
        equal(second.ask(b"hello"), b"hello", "through it")
        second.close()
        refused(t, db, "a second connection")


def reach(t, server):
    code, sock = socks.connect(t.ag.socks(), server.host, server.port)
    equal(code, socks.GRANTED, f"CONNECT {server.host}:{server.port}")
    return tns.Client(sock=sock)


def refused(t, server, what):
    code = socks.refused(t.ag.socks(), server.host, server.port)
    equal(code, socks.NOT_ALLOWED, what)
