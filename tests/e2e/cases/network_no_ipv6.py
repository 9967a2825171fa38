# SPDX-License-Identifier: BSD-2-Clause
"""The agent's machine loses its IPv6 address, and the gateway's name has an IPv4
address too: the connection goes on, in seconds."""

from lib import link
from lib.base import check
from lib.linked import Link
from lib.net import ip
from lib.roads import answers
from lib.tcp import ask

ROOT = True
NAME = "gateway.corp.example"
SOON = 5


def run(t):
    way = Link(t.tool("bench/link"), delay=5, rate=50)
    way.add_ipv6()
    t.gateway_ip = way.far_ip
    with way.far:
        port = t.gw.port
        t.gw.set(listen=f"{way.far_ip}:{port}, [{way.far_ip6}]:{port}")
        t.ag.hosts = [(way.far_ip6, NAME), (way.far_ip, NAME)]
        t.ag.conf["agent"]["gateway"] = f"{NAME}:{port}"
        t.resource("echo", t.echo(way.far_ip))
        t.gw.start()
    with way.near:
        t.ag.up()
        t.ag.wait_state("connected")
        app = t.dial("echo")
        ask(app)
    source = link.session(t)["source"]
    check(way.near_ip6 in source, f"by IPv6 first, not from {source}")
    with way.near:
        ip("-6", "addr", "flush", "dev", "link0")
    answers(app, SOON, "without IPv6")
    link.resumed(t, 1)
    source = link.session(t)["source"]
    check(source.startswith(way.near_ip), f"from {source}")
    way.close()
