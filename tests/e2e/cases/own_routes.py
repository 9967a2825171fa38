# SPDX-License-Identifier: BSD-2-Clause
"""An address that a route delivers to the gateway itself is the gateway's own,
also where the route comes later; a network that names it lets it through."""

from lib import socks
from lib.base import check, equal, wait_for
from lib.net import ip
from lib.tcp import ask

NET = True
BEFORE, LATER, BEFORE6 = "10.70.1.9", "10.71.1.9", "fd70::9"


def run(t):
    ip("route", "add", "local", "10.70.0.0/16", "dev", "lo")
    ip("-6", "route", "add", "local", "fd70::/64", "dev", "lo")
    # Nobody's until its route comes; it is answered by the far side till then.
    ip("route", "add", "10.71.0.0/16", "via", t.far.ip)
    with t.far:
        ip("addr", "add", f"{LATER}/32", "dev", "far0")
        far = t.echo("0.0.0.0", 1352)
    near = [t.echo("0.0.0.0", 1352), t.echo("::", 1353)]
    t.resource("notes", host="any", port="1352, 1353",
               allow="0.0.0.0/0, ::/0")
    proxy = t.ag.socks()
    t.up()
    for host, port in (BEFORE, 1352), (BEFORE6, 1353):
        equal(socks.refused(proxy, host, port), socks.NOT_ALLOWED, host)
    reaches(proxy, LATER)
    equal(far.count, 1, "before its route: connections at the far side")
    equal([s.count for s in near], [0, 0], "the gateway's own servers")
    ip("route", "add", "local", "10.71.0.0/16", "dev", "lo")
    wait_for(lambda: socks.refused(proxy, LATER, 1352) == socks.NOT_ALLOWED,
             "the new route to be known")
    came = near[0].count        # until the gateway had heard of the route
    equal(socks.refused(proxy, LATER, 1352), socks.NOT_ALLOWED, LATER)
    equal([s.count for s in near], [came, 0], "the gateway's own servers")
    said = t.gw.ctl("why", "--as", "alice", f"{BEFORE}:1352", check=False)
    check("an address of this gateway" in said, said)
    t.resource("own", host="any", port=1352, allow="10.70.0.0/16")
    t.gw.reload()
    reaches(proxy, BEFORE)
    equal(near[0].count, came + 1, "once it is named: connections here")


def reaches(proxy, host):
    code, sock = socks.connect(proxy, host, 1352)
    equal(code, socks.GRANTED, host)
    equal(ask(sock), b"hello", host)
    sock.close()
