# SPDX-License-Identifier: BSD-2-Clause
"""Redirects that are odd, and that drivers follow: without a port, with more
addresses than anybody tries, longer or shorter than they say they are."""

from lib import oracle, oracle_clients, tns
from lib.base import equal

DIRECT = True
PORT = 1521             # where none is named
BOTH, NODE = ("node", "python"), ("node",)
ONE = "(ADDRESS=(PROTOCOL=tcp)(HOST={h})(PORT=1521))"
# name: (who follows it, text, announced length, in one packet)
FORMS = {
    "no-port": (BOTH, "(ADDRESS=(PROTOCOL=tcp)(HOST={h}))", None, False),
    "many": (BOTH, "(DESCRIPTION=(LOAD_BALANCE=on)(FAILOVER=on)"
             "(ADDRESS_LIST=" + ONE * 40 + "))", None, False),
    "longer": (NODE, ONE, 10, True),
    "shorter": (NODE, ONE, 99, True),
    "behind": (NODE, ONE + " x", None, True),
    "longer-data": (NODE, ONE, 20, False),
}


def run(t):
    db = oracle.server(t, oracle.Database(), port=PORT)
    for name, form in FORMS.items():
        oracle.resource(t, oracle.server(t, answer(db, *form)), name)
    t.up()
    for name, (who, *_) in FORMS.items():
        for client in oracle_clients.both():
            if client.name in who:
                client.login(t.at(name))
                equal(db.call().logged_in, True, f"{name}: {client.name}")
    equal(len(db.calls), 8, "connections to the node")


def answer(db, _, where, length, inline):
    def send(call):
        text = where.format(h=db.host)
        whole = text if inline else f"{text}\0{oracle.connect_data(call)}"
        size = (length or len(whole)).to_bytes(2, "big")
        if inline:
            call.send(tns.packet(tns.REDIRECT, size + whole.encode()))
        else:
            call.send(tns.packet(tns.REDIRECT, size, tns.RDS),
                      tns.data(whole.encode(), tns.EOF))
    return send
