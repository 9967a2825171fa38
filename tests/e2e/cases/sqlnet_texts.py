# SPDX-License-Identifier: BSD-2-Clause
"""Texts of redirects as listeners write them: only what HOST and PORT of an
ADDRESS say is replaced, whatever stands beside it."""

from lib import oracle, tns
from lib.base import equal

# {h} and {p} are the node's host and port.
TEXTS = [
    "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT={p}))",
    "(address=(protocol=tcp)(host={h})(port={p}))",
    "(ADDRESS=(PROTOCOL=TCP)(DEV=6)(HOST={h})(PORT={p}))",
    "(ADDRESS=(HOST={h})(PORT={p}))",
    "(ADDRESS=(COMMUNITY=x)(PROTOCOL=tcp)(PORT={p})(HOST=\"{h}\"))",
    "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=))(ADDRESS=(PROTOCOL=TCP)"
    "(HOST={h})(PORT={p})))",
    "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=)(CID=(HOST=decoy)(PORT=9)))"
    "(ADDRESS_LIST = (ADDRESS = (PROTOCOL = TCP) (PORT = {p}) (HOST = {h}) ) "
    "(ADDRESS=(COMMUNITY=x)(PROTOCOL=tcp)(HOST=\"{h}\")(PORT=9))))",
    "(DESCRIPTION=(ADDRESS_LIST=(LOAD_BALANCE=off)(ADDRESS=(PROTOCOL=tcp)"
    "(HOST={h})(PORT={p})))(SECURITY=(SSL_SERVER_CERT_DN=\"cn=a,o=b\")))",
    "(DESCRIPTION_LIST=(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT={p})))"
    "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT=9))))",
    " (ADDRESS =\r\n\t(PROTOCOL = tcp)\r\n\t(HOST = {h})\r\n\t(PORT = {p})\r\n)",
    "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT={p}))"
    .replace("(HOST", " " * 3000 + "(HOST"),
]


def run(t):
    db = oracle.server(t, oracle.Database())
    ways = {f"{form}{number}": oracle.redirect(
                where=text.format(h=db.host, p=db.port), form=form)
            for form in "BC" for number, text in enumerate(TEXTS)}
    scan = oracle.serve(t, lambda call: ways[call.service](call))
    for name in ways:
        follow(t, name, scan, db)


def follow(t, name, scan, db):
    at = t.at("scan")
    client = tns.Client(at)
    address, more = client.redirected(client.connect(tns.request(name)))
    client.close()
    where, data = scan.call().told
    oracle.same_but_places(where, address, name)
    to, *others = tns.places(address)
    equal((to[0], {*others} - {to}), (at[0], set()), f"{name}: places")
    equal(more, data, f"{name}: connect data")
    again = tns.Client(to)
    again.connect(more, flags=tns.RDR)
    equal(again.ask(b"hello"), b"hello", f"{name}: through it")
    again.close()
    equal(db.call().text, more, f"{name}: at the node")
