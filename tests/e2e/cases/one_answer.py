# SPDX-License-Identifier: BSD-2-Clause
"""A user gets the same answer for hosts, ports and resources of others, for
those that do not exist, and for the gateway's own, after the same time; the
gateway's log has the reason."""

import os
import time

from lib import dns, socks
from lib.adit import PASSWORD
from lib.base import check, equal

NET = True
HIDDEN = "192.0.2.7"


def run(t):
    server = t.listen()
    t.resource("mine", server)
    t.resource("others", host=HIDDEN, port="80, 82")
    t.resource("named", host="other.example", port=80)
    t.resource("any", host="any", port=1352, allow="198.51.100.0/24",
               deny="198.51.100.9")
    t.gw.conf["group everyone"]["resources"] = "mine, any"
    t.gw.conf["group ops"] = {"resources": "others, named"}
    ns = dns.NameServer("127.0.0.55")
    ns.host("other.example", HIDDEN)
    ns.host("self.example", "127.0.0.1")
    t.gw.resolv = dns.resolv(ns)
    t.gw.user("mallory")
    proxy = t.ag.socks()
    t.up()
    env = dict(os.environ, HOSTILE_PASSWORD=PASSWORD)
    for scenario in "one_answer", "no_inner_address":
        out = t.run([t.tool("tests/e2e/hostile"), scenario,
                     f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory",
                     str(server.port)], env=env)
        check("as it should be" in out, out)
    for why in ("no group of user mallory grants resource others",
                "is not a port of resource mine",
                "no resource covers nowhere.example port 80"):
        t.gw.wait_log(why)
    names(t, proxy)


def names(t, proxy):
    """What the user of an any-IP resource gives is looked up."""
    took = []
    for name in ("other.example", "nowhere.invalid", "self.example"):
        begun = time.monotonic()
        equal(socks.refused(proxy, name, 1352), socks.NOT_ALLOWED, name)
        took.append(time.monotonic() - begun)
    check(min(took) >= .9, f"seconds until each answer: {took}")
    for host in HIDDEN, "198.51.100.9", "127.0.0.1":
        equal(socks.refused(proxy, host, 1352), socks.NOT_ALLOWED, host)
    said = {(r["reason"], r["text"]) for r in t.ag.status()["refusals"]}
    equal(len(said), 1, f"what the agent can tell: {said}")
    for why in ("192.0.2.7 is outside of allow", "has no address",
                "198.51.100.9 is inside deny", "127.0.0.1 is loopback",
                'reason="denied: unresolved"', 'reason="denied: built-in"'):
        t.gw.wait_log(why)
