# SPDX-License-Identifier: BSD-2-Clause
"""A redirect to where it may not lead: the client gets an ORA error, the
gateway says why in its log, and nobody is connected to."""

import re

from lib import oracle, oracle_clients, tns
from lib.base import check, equal

NET = True


def run(t):
    far = t.far
    with far:
        own = oracle.server(t, oracle.Database(), far.ip)
        other = oracle.server(t, oracle.Database(), far.ip2)
    evil = oracle.server(t, oracle.Database(), far.near)
    listed = {"redirect_allow": f"{far.ip2}/32"}
    denied = {"redirect_allow": "10.9.0.0/24", "deny": f"{far.near}/32"}
    ways = {"default": (other,), "listed": (evil,), "denied": (evil,),
            "inline": (evil,), "both": (evil, other), "ports": (own,)}
    keys = {"listed": listed, "denied": denied,
            "ports": {"redirect_ports": "1521-1530"}}
    for name, targets in ways.items():
        scan(t, name, *targets, **keys.get(name, {}))
    scan(t, "mixed", evil, own)
    scan(t, "open", evil, other, **listed)
    t.up()
    clients = oracle_clients.both()
    for name, targets in ways.items():
        refused(t, name, targets[0].host, clients)
    for node in evil, other, own:
        node.untouched("outside of the list")
    # Of several addresses those inside count.
    for name, node in ("mixed", own), ("open", other):
        for client in clients:
            client.login(t.at(name))
            equal(node.call().logged_in, True, name)
    evil.untouched("outside of the list, with others inside")


def scan(t, name, *targets, **keys):
    form = "B" if name == "inline" else "C"
    with t.far:
        listener = oracle.server(
            t, oracle.redirect(*targets, form=form), t.far.ip)
    oracle.resource(t, listener, name, **keys)


def refused(t, name, target, clients):
    try:
        road = tns.login(t.at(name), tns.request())
        raise AssertionError(f"{name}: accepted behind {road.hops}")
    except tns.Refused as refusal:
        code = refusal.code
    check(code, f"{name}: no ORA code")
    for client in clients:
        # python 1.2.1 reads a REFUSE in any form of a redirect's place.
        client.fails(t.at(name), client.refused.format(code))
    said = [line for line in t.gw.log().splitlines() if target in line]
    check(any(re.search(r"(?i)redirect.*(denied|refused|not allowed)|"
                        r"(denied|refused|not allowed).*redirect", line)
              for line in said),
          f"{name}: no denied redirect to {target} in:\n" + "\n".join(said))
