# SPDX-License-Identifier: BSD-2-Clause
"""Names in a zone whose server is silent keep nobody else's names waiting, nor
those of /etc/hosts and of the configuration."""

import threading
import time

from lib import dns, socks
from lib.base import check, equal, show, slowness, wait_for
from lib.tcp import ask

NET = True
MANY = 300


def resolves(proxy, name, port, within):
    began = time.monotonic()
    code, sock = socks.connect(proxy, name, port)
    took = time.monotonic() - began
    equal(code, socks.GRANTED, f"the reply for {name}")
    equal(ask(sock), b"hello", name)
    sock.close()
    check(took < within * slowness(), f"{name} took {took:.1f} s")


def run(t):
    with t.far:
        server = t.echo(t.far.ip)
    ns = dns.NameServer("127.0.0.54")
    ns.silent_below = ["silent.example"]
    ns.host("other.example", t.far.ip)
    ns.host("conf.example", t.far.ip)
    t.gw.resolv = dns.resolv(ns)
    t.gw.hosts = [(t.far.ip, "hosts.example")]
    t.resource("any", host="any", port=server.port, allow="10.9.0.0/24")
    t.gw.resource("named", host="conf.example", port=server.port)
    t.gw.user("bob")
    alice, bob = t.ag, t.agent(t.gw, "bob", user="bob")
    alices, bobs = alice.socks(), (f"{t.net}.7", 1080)
    bob.conf["agent"]["socks"] = show(bobs)
    t.up()
    bob.up()
    bob.wait_state("connected")
    for i in range(MANY):
        threading.Thread(target=socks.refused, daemon=True, args=(
            alices, f"n{i}.silent.example", server.port)).start()
    wait_for(lambda: len({name for name, _, _ in ns.asked}) >= 4,
             "questions that nobody answers")
    for name in "other.example", "hosts.example", "conf.example":
        resolves(bobs, name, server.port, 1)
    resolves(alices, "conf.example", server.port, 1)
