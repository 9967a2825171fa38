# SPDX-License-Identifier: BSD-2-Clause
"""Another network while the agent waits for a name server of the one before: it
asks that of the new one at once."""

from lib import dns
from lib.base import pause, spawn, wait_for
from lib.net import ip

NET = True
STUCK = 1.2             # longer than STUCK_US in agent/uplink_dial.c


def run(t):
    silent = dns.NameServer("127.0.0.54", silent=True)
    ns = dns.NameServer("127.0.0.55")
    ns.host("gw.example", t.gw.host)
    t.resource("echo", t.echo())
    t.gw.start()
    t.ag.conf["agent"]["gateway"] = f"gw.example:{t.gw.port}"
    t.ag.resolv = dns.resolv(silent)
    t.ag.write()
    spawn(t.ag.command("up", "--foreground"), log=t.path("up.log"),
          env=t.ag.env)
    wait_for(lambda: silent.count("gw.example"), "the first question")
    pause(STUCK)
    t.ag.resolv = dns.resolv(ns)
    t.write("agent.resolv", t.ag.resolv)
    ip("link", "add", "later0", "type", "veth", "peer", "name", "later1")
    ip("addr", "add", "10.8.0.1/24", "dev", "later0")
    ip("link", "set", "later1", "up")
    ip("link", "set", "later0", "up")
    t.ag.is_up = True
    t.ag.wait_state("connected", 3)
