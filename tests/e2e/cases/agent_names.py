# SPDX-License-Identifier: BSD-2-Clause
"""The gateway's name, when no name server answers: the agent goes on answering,
and comes back to the address that the name had."""

import time

from lib import dns, link
from lib.base import check, host_port, slowness, wait_for
from lib.tcp import read_exactly

NET = True


def run(t):
    ns = dns.NameServer("127.0.0.54")
    way = link.Link(t)
    host, port = host_port(t.ag.conf["agent"]["gateway"])
    ns.host("gw.example", host)
    t.ag.conf["agent"]["gateway"] = f"gw.example:{port}"
    t.ag.resolv = dns.resolv(ns)
    app, server = t.pair(t.one_server())
    ns.silent = True
    before = ns.count("gw.example")
    way.cut()
    wait_for(lambda: ns.count("gw.example") > before, "the question")
    began = time.monotonic()
    t.ag.status()
    check(time.monotonic() - began < 1 * slowness(), "the agent answers")
    link.resumed(t, 1, 6)
    app.sendall(b"there")
    check(read_exactly(server, 5) == b"there", "the connection goes on")
