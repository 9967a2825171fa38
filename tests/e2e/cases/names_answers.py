# SPDX-License-Identifier: BSD-2-Clause
"""Names as name servers really answer: late, cut off, forged, by another server,
for IPv4 alone, through aliases, with a hundred addresses."""

import time

from lib import dns, socks
from lib.base import check, equal, slowness, wait_for
from lib.tcp import ask

NET = True
DEAD = "10.9.0.99"


def run(t):
    with t.far:
        server = t.echo(t.far.ip)
        other = t.echo(t.far.ip2, server.port)
    silent = dns.NameServer("127.0.0.54", silent=True)
    ns = dns.NameServer("127.0.0.55")
    good = t.far.ip
    ns.host("plain.example", good)
    ns.host("noipv6.example", good)
    ns.no_ipv6.add("noipv6.example")
    ns.host("lateipv6.example", good, "fd09::2")
    ns.late["lateipv6.example", dns.AAAA] = 2
    ns.host("many.example", *[good] + [f"10.9.1.{i}" for i in range(1, 100)])
    ns.aliases.update({f"a{i}.example": (f"a{i + 1}.example", 300)
                       for i in range(8)})
    ns.host("a8.example", good)
    ns.host("forged.example", good)
    ns.lies["forged.example"] = DEAD
    ns.host("short.corp.example", good)
    ns.host("short.second.example", DEAD, "fd09::99")
    ns.host("two.dots", good)
    ns.host("split.example", DEAD, "fd09::99")
    t.gw.resolv = dns.resolv(silent, ns, search="corp.example second.example")
    t.gw.hosts = [(good, "split.example"), (good, "UPPER.example")]
    t.resource("any", host="any", port=server.port,
               allow=["10.9.0.0/16", "fd09::/64"])
    proxy = t.ag.socks()
    t.up()

    def resolves(name, within=2.0, echo=server):
        began, before = time.monotonic(), echo.count
        code, sock = socks.connect(proxy, name, server.port)
        took = time.monotonic() - began
        equal(code, socks.GRANTED, f"the reply for {name}")
        equal(ask(sock), b"hello", name)
        equal(echo.count, before + 1, f"connections to the server of {name}")
        sock.close()
        check(took < within * slowness(), f"{name} took {took:.1f} s")

    # The first server never answers: the second one is asked after a second.
    resolves("plain.example")
    check(silent.asked, "the first server is asked first")
    resolves("plain.example", .5)
    equal(ns.count("plain.example"), 1, "what is known is not asked for again")
    # From here on there is one server; nobody restarts anything.
    silent.asked.clear()
    t.write("gateway.resolv", dns.resolv(
        ns, search="corp.example second.example"))
    resolves("noipv6.example", .5)
    resolves("lateipv6.example", .5)
    resolves("many.example", .5)
    check(("many.example", dns.A, "tcp") in ns.asked,
          "what is cut off is asked for by TCP")
    resolves("a0.example", .5)
    resolves("forged.example", .5)
    # Both kinds of address are those of the same name, of the same source.
    resolves("short", .5)
    resolves("split.example", .5)
    equal(ns.count("split.example"), 0, "what /etc/hosts has is not asked for")
    resolves("upper.example", .5)
    resolves("two.dots", .5)
    equal(silent.asked, [], "questions to a server that is not named any more")

    # A name server that fails is no reason to wait.
    ns.failing.add("broken.example")
    began = time.monotonic()
    equal(socks.refused(proxy, "broken.example", server.port), 4, "no answer")
    check(time.monotonic() - began < 2 * slowness(), "it is said soon")
    t.reason("name not found: the gateway's name servers gave no answer")

    # Answers are kept as long as they say, and what is none some seconds.
    ns.host("brief.example", good, ttl=1)
    resolves("brief.example", .5)
    ns.host("brief.example", t.far.ip2, ttl=300)
    wait_for(lambda: moved(proxy, other, server.port), "the new address")
    began = time.monotonic()
    equal(socks.refused(proxy, "late.example", server.port),
          socks.NOT_ALLOWED, "no such name")
    ns.host("late.example", good)
    equal(socks.refused(proxy, "late.example", server.port),
          socks.NOT_ALLOWED, "no, at once")
    check(ns.count("late.example") <= 1 or time.monotonic() - began > 5,
          "a name that is not there is not asked for at once again")
    t.gw.ctl("reload")
    wait_for(lambda: reached(proxy, "late.example", server.port),
             "the name, after a reload", 3)
    equal(ns.count("short.second.example"), 0, "questions for the second domain")


def reached(proxy, name, port):
    code, sock = socks.connect(proxy, name, port)
    sock.close()
    return code == socks.GRANTED


def moved(proxy, server, port):
    before = server.count
    _, sock = socks.connect(proxy, "brief.example", port)
    sock.close()
    return server.count > before
