# SPDX-License-Identifier: BSD-2-Clause
"""An any-IP resource reaches the networks that it allows; other addresses are
refused in every spelling."""

from lib import socks
from lib.base import equal

NET = True


def run(t):
    with t.far:
        t.echo(t.far.ip, 1352)
        t.echo(t.far.ip, 1353)
    t.resource("notes", host="any", port=1352, allow="0.0.0.0/0, ::/0",
               deny="10.9.0.3")
    near = t.echo("0.0.0.0", 1352)
    t.gw.hosts = [(t.far.ip, "good.example"), ("127.0.0.1", "evil.example"),
                  ("169.254.169.254", "meta.example")]
    proxy = t.ag.socks()
    t.up()
    code, sock = socks.connect(proxy, "good.example", 1352)
    equal(code, socks.GRANTED, "what is allowed")
    sock.close()
    for host in ("127.0.0.1", "127.1.2.3", "::1", "0.0.0.0", "::",
                 "::ffff:127.0.0.1", "::127.0.0.1", "2130706433", "0x7f.1",
                 "localhost", "evil.example", "meta.example",
                 "169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1",
                 "255.255.255.255", "10.9.0.1", "fd09::1", t.far.ip2,
                 "::ffff:10.9.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        equal(socks.refused(proxy, host, 1352), socks.NOT_ALLOWED, host)
    equal(socks.refused(proxy, t.far.ip, 1353), socks.NOT_ALLOWED,
          "another port")
    equal(near.count, 0, "connections at the gateway's own servers")
