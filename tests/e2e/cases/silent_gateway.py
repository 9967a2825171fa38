# SPDX-License-Identifier: BSD-2-Clause
"""The name of the gateway, or of the proxy before it, has several addresses of
which the first are silent."""

import time

from lib import proxies
from lib.base import check, equal, show
from lib.tcp import ask, dial

NET = True
VARIANTS = "gateway", "proxy"
NAME = "edge.corp.example"


def run(t, variant):
    t.gateway_ip = t.far.remote
    with t.far:
        t.resource("echo", t.echo(t.far.remote))
        t.gw.start()
        proxy = proxies.Proxy(t, (t.gw.host, t.gw.port), host=t.gw.host)
    if variant == "proxy":
        t.ag.conf["agent"]["proxy"] = f"http://{NAME}:{proxy.port}"
    else:
        t.ag.conf["agent"]["gateway"] = show((NAME, t.gw.port))
    t.ag.hosts = [(ip, NAME)
                  for ip in (t.far.silent6, t.far.silent, t.far.remote)]
    begun = time.monotonic()
    t.ag.up("--once")
    took = time.monotonic() - begun
    check(took < 6, f"{took:.1f} s for a login")
    with dial(t.ag.at("echo")) as sock:
        equal(ask(sock), b"hello", "the echo")
