# SPDX-License-Identifier: BSD-2-Clause
"""A Web-Link: the browser keeps the URL, SOCKS carries it to the server."""

from lib import socks
from lib.base import equal, matches

NET = True
NEEDS = ["curl", "nginx"]


def run(t):
    with t.far:
        t.nginx(t.far.ip, 80)
    t.resource("wiki", url="http://wiki.corp.example/")
    t.gw.hosts = [(t.far.ip, "wiki.corp.example"), (t.far.ip, "other.example")]
    flags = t.socks_flags()
    t.up()
    page = t.run(["curl", "-sS", *flags, "http://wiki.corp.example/host"])
    equal(page, "wiki.corp.example", "the Host header at the server")
    matches(r"http://wiki\.corp\.example/", t.ag.ctl("resources"),
            "adit resources shows the URL")
    for host, port in ((t.far.ip, 80), ("wiki.corp.example", 81),
                       ("other.example", 80)):
        equal(socks.refused(t.ag.socks(), host, port), socks.NOT_ALLOWED,
              f"{host}:{port}")
    channels = t.gw.json("channels")["channels"]
    equal(channels, [], "channels afterwards")
