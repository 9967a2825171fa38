# SPDX-License-Identifier: BSD-2-Clause
"""Every address of a name is checked by itself: behind one that is allowed and
refuses, one that is forbidden is not connected to (DNS rebinding)."""

from lib import socks
from lib.base import check, equal
from lib.tcp import ask, dial

NET = True


def run(t):
    # The resolver puts near addresses first, so the forbidden one is far.
    dead, good, denied = t.far.ip, t.far.ip2, t.far.remote
    with t.far:
        far, other = t.echo(denied, 1352), t.echo(good, 1352)
    names = {"dead.corp.example": [dead, denied],
             "user.corp.example": [dead, denied],
             "last.corp.example": [dead, denied, good]}
    t.gw.hosts = [(ip, name) for name in names for ip in names[name]]
    for name in "dead.corp.example", "last.corp.example":
        t.resource(name.partition(".")[0], host=name, port=1352, deny=denied)
    t.resource("any", host="any", port=1352, allow="0.0.0.0/0", deny=denied)
    proxy = t.ag.socks()
    t.up()
    # A resource of its own, and then a name that the user gives.
    for host in "dead.corp.example", "user.corp.example":
        check(socks.refused(proxy, host, 1352) != socks.GRANTED, host)
    t.gw.wait_log(rf"destination={dead}:1352 .*refused")
    equal(ask(dial(t.ag.at("last"))), b"hello", "the one that is allowed")
    equal((far.count, other.count), (0, 1), "connections, forbidden and not")
