# SPDX-License-Identifier: BSD-2-Clause
"""[listen NAME] chooses address and port, also on the IPv6 loopback address."""

from lib.base import equal, free_port
from lib.tcp import ask, dial


def run(t):
    four, six = t.echo(), t.echo()
    t.resource("four", four)
    t.resource("six", six)
    wanted = {}
    for name, host in ("four", t.gateway_ip), ("six", "::1"):
        wanted[name] = host, free_port(host)
        t.ag.conf[f"listen {name}"] = {"address": host,
                                       "port": wanted[name][1]}
    t.up()
    for name, addr in wanted.items():
        equal(t.ag.listeners(name), [addr], f"listeners of {name}")
        equal(ask(dial(addr)), b"hello", name)
