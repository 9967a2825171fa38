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
    told = {}
    for form in "BC":
        for number, text in enumerate(TEXTS):
            name = f"{form.lower()}{number}"
            told[name] = text.format(h=db.host, p=db.port)
            oracle.resource(t, oracle.server(t, oracle.redirect(
                where=told[name], form=form)), name)
    t.up()
    for name, text in told.items():
        follow(t, name, text, db)


def follow(t, name, text, db):
    client = tns.Client(t.at(name))
    address, more = client.redirected(client.connect(tns.request()))
    client.close()
    oracle.same_but_places(text, address, name)
    (to, *others), at = tns.places(address), t.at(name)
    equal((to[0], {*others} - {to}), (at[0], set()), f"{name}: places")
    equal(more, t.parts[name][0].call().told[1], f"{name}: connect data")
    again = tns.Client(to)
    again.connect(more, flags=tns.RDR)
    equal(again.ask(b"hello"), b"hello", f"{name}: through it")
    again.close()
    equal(db.call().text, more, f"{name}: at the node")
