# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: servers are reached by their real addresses, IPv4 and IPv6,
where the gateway lets agents know them; other ports and servers are reached as
without adit."""

import subprocess

from lib.base import check, equal, wait_for
from lib.net import ip
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]
LARGE = 16384               # as bytes of a segment: only over loopback


def route(to):
    return subprocess.run(["ip", "route", "get", to], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          check=False).stdout


def run(t):
    with t.far:
        echo, echo6 = t.echo(t.far.ip), t.echo(t.far.ip6)
        other, hidden = t.echo(t.far.ip), t.echo(t.far.ip2)
        any_ip, closed = t.echo(t.far.ip2), t.listen(t.far.ip)
    closed.close()
    near = t.echo(t.far.near)
    own = t.echo(t.far.near, any_ip.port)    # in a network of "any"
    t.resource("echo", echo, hide_address="no")
    t.resource("closed", host=t.far.ip, port=closed.port,
               intercept_address="yes")
    t.resource("echo6", echo6, intercept_address="yes")
    t.resource("hidden", hidden)
    t.resource("any", host="any", port=any_ip.port, intercept_address="yes",
               allow="10.9.0.0/25, 10.9.0.0/24, 10.66.0.0/16, 10.77.0.0/16")
    before = left_over()
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    t.up()
    nft.ready()
    wait_for(lambda: "adit" in route("10.77.1.2"), "a route")
    check("near0" in route(t.far.ip), route(t.far.ip))

    def caught(*places):
        """How many of these connections the agent has had."""
        had = t.ag.status()["nft"]["connections"]
        told = nft.connects(*places)
        return told, t.ag.status()["nft"]["connections"] - had

    for server in echo, echo6, any_ip:
        place = server.host, server.port
        equal(caught(place), (["connected"], 1), place)
    for server in other, hidden, near, own:
        place = server.host, server.port
        equal(caught(place), (["connected"], 0), f"direct: {place}")
    equal(nft.connect((t.far.ip, closed.port), ("10.66.0.1", any_ip.port),
                      ("10.77.1.2", any_ip.port + 1)),
          [["ECONNREFUSED", True], ["EHOSTUNREACH", True],
           ["ENETUNREACH", True]], "errors of connect()")
    # What comes back does not go over the network for which it was cut.
    segments = nft.segments(echo.host, echo.port)
    check(segments[1] > LARGE > segments[0], f"segments: {segments}")
    # Another user's connections go their own way.
    had = t.ag.status()["nft"]["connections"]
    equal(nft.connects((t.far.ip, echo.port), uid=65532), ["connected"],
          "another user")
    equal(t.ag.status()["nft"]["connections"], had, "caught of another user")

    # The list changes: what it has no more is not caught any more.
    t.gw.conf["resource any"]["allow"] = "10.9.0.3/32"
    t.gw.reload()
    wait_for(lambda: "adit" not in route("10.77.1.2"), "the route to go")
    equal(caught((t.far.ip2, any_ip.port)), (["connected"], 1), "still there")

    # Where the machine has a way to everything, no route is added.
    ip("route", "add", "default", "via", t.far.ip)
    with_default = left_over()
    t.gw.conf["resource any"]["allow"] = "10.77.0.0/16"
    t.gw.reload()
    wait_for(lambda: nft.connects(("10.77.1.2", any_ip.port)) !=
             ["ENETUNREACH"], "the new list")
    check("via" in route("10.77.1.2"), route("10.77.1.2"))
    check("adit" in route("198.18.0.1"), route("198.18.0.1"))
    equal(left_over()[2], with_default[2], "routes")
    ip("route", "del", "default")
    t.ag.down()
    equal(left_over(), before, "what is left")
