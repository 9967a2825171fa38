# SPDX-License-Identifier: BSD-2-Clause
"""Name lookups under way outlive the resolver, the worker and a change of
resolv.conf; lookups that nobody waits for any more take nobody's place."""

import os
import signal
import socket
import threading

from lib import dns, socks
from lib.base import check, equal, wait_for
from lib.tcp import ask, dial

NET = True
PLACES = 8              # of one user, in resolver.c


class Pending:
    """A connection whose name waits."""

    def __init__(self, proxy, name, port):
        self.code = None
        self.args = (proxy, name, port)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        self.code, sock = socks.connect(*self.args)
        equal(ask(sock), b"hello", self.args[1])

    def succeeds(self, what, within):
        wait_for(lambda: self.code is not None, what, within)
        equal(self.code, socks.GRANTED, what)


def give_up(proxy, name, port):
    """Asks for a connection and goes away."""
    sock = dial(proxy)
    sock.sendall(b"\5\1\0" + b"\5\1\0" + socks.target(name)
                 + port.to_bytes(2, "big"))
    equal(sock.recv(2), b"\5\0", "the method")
    return sock


def run(t):
    t.may_die = True
    with t.far:
        server = t.echo(t.far.ip)
    ns, other = dns.NameServer("127.0.0.54"), dns.NameServer("127.0.0.55")
    for i in range(5):
        ns.host(f"n{i}.example", t.far.ip)
        other.host(f"n{i}.example", t.far.ip)
    t.gw.resolv = dns.resolv(ns)
    t.resource("any", host="any", port=server.port, allow="10.9.0.0/24")
    proxy = t.ag.socks()
    t.up()

    def pending(name):
        ns.silent = True
        it = Pending(proxy, name, server.port)
        wait_for(lambda: ns.count(name), f"the question for {name}")
        return it

    it = pending("n0.example")
    said = []
    threading.Thread(target=lambda: said.append(t.gw.ctl(
        "why", "--as", "alice", f"n4.example:{server.port}")),
        daemon=True).start()
    wait_for(lambda: ns.count("n4.example"), "the administrator's question")
    before = t.gw.part("resolver")
    os.kill(before, signal.SIGKILL)
    ns.silent = False
    it.succeeds("the answer of another resolver", 6)
    check(t.gw.part("resolver") != before, "it is another resolver")
    wait_for(lambda: said, "the answer for the administrator", 4)
    check("granted by group everyone" in said[0], said[0])

    it = pending("n1.example")
    t.gw.ctl("upgrade")
    ns.silent = False
    it.succeeds("the answer after an upgrade", 6)

    it = pending("n2.example")
    t.write("gateway.resolv", dns.resolv(other))
    it.succeeds("the answer of another name server", 4)

    other.silent_below = ["silent.example"]
    gone = [give_up(proxy, f"g{i}.silent.example", server.port)
            for i in range(PLACES)]
    wait_for(lambda: all(other.count(f"g{i}.silent.example")
                         for i in range(PLACES)), "all places to be taken")
    last = Pending(proxy, "n3.example", server.port)
    for sock in gone:
        sock.shutdown(socket.SHUT_RDWR)
        sock.close()
    last.succeeds("a place that somebody gave up", 4)
