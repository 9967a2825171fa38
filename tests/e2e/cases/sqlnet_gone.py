# SPDX-License-Identifier: BSD-2-Clause
"""A client that goes away while its redirect is on the way leaves nothing behind
that others wait for: those who are led to the same node come in."""

import threading

from lib import link, oracle, tns
from lib.base import equal, wait_for
from lib.tcp import reset


def run(t):
    goes_on = threading.Event()
    db = oracle.server(t, oracle.Database())
    lead = oracle.redirect(db)

    def answer(call):
        goes_on.wait(20)
        lead(call)
    scan = oracle.server(t, answer)
    oracle.resource(t, db, "node")
    oracle.resource(t, scan, "scan")
    way = link.Link(t)
    t.up()
    gone = ask(t)
    wait_for(lambda: scan.calls and scan.calls[0].text, "its question")
    # The listener is asked for, and the end said, before either comes.
    for wire in way.wires:
        wire.carry_no_more_than(0)
    goes_on.set()
    wait_for(lambda: t.gw.json("channels")["channels"][0]["to_client"],
             "its redirect to be on the way")
    reset(gone.sock)
    wait_for(lambda: not t.ag.status()["channels"], "its end")
    for wire in way.wires:
        wire.carry_on()
    wait_for(lambda: not t.gw.json("channels")["channels"],
             "the gateway to hear of it")
    for _ in range(2):
        address, more = (client := ask(t)).redirected(client.answer())
        there = tns.Client(tns.places(address)[0])
        there.send(tns.connect(more, flags=tns.RDR))
        equal(there.answer().kind, tns.ACCEPT, "the node's answer")


def ask(t):
    client = tns.Client(t.at("scan"))
    client.send(tns.connect(tns.request()))
    return client
