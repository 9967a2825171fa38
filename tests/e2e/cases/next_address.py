# SPDX-License-Identifier: BSD-2-Clause
"""A name with several addresses: the next one when one fails."""

from lib.base import equal
from lib.tcp import ask, dial

NET = True


def run(t):
    with t.far:
        server = t.echo(t.far.ip)
    t.resource("echo", host="many.corp.example", port=server.port)
    t.gw.hosts = [(ip, "many.corp.example")
                  for ip in ("10.66.0.1", t.far.ip2, t.far.ip)]
    t.up()
    for _ in range(3):
        with dial(t.ag.at("echo")) as sock:
            equal(ask(sock), b"hello", "the echo")
