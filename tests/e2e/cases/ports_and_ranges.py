# SPDX-License-Identifier: BSD-2-Clause
"""One resource with ports, ranges, and both protocol families of a name."""

from lib.base import equal
from lib.tcp import ask, dial

NET = True


def run(t):
    with t.far:
        for port in 25, 110, 5000, 5001, 5003:
            t.echo(t.far.ip, port)
    t.resource("many", host=t.far.ip, port="25, 110, 5000-5003")
    t.up()
    ports = sorted(port for _, port in t.ag.listeners("many"))
    equal(ports, [25, 110, 5000, 5001, 5002, 5003], "listeners")
    for port in 25, 110, 5000, 5001, 5003:
        with dial(t.ag.at("many", port)) as sock:
            equal(ask(sock), b"hello", f"port {port}")
