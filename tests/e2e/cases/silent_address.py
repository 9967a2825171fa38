# SPDX-License-Identifier: BSD-2-Clause
"""A name with several addresses, where packets to the first ones vanish: the
next is tried beside them, and has what the application said at once.  Where all
are silent, the log names each of them."""

import time

from lib.base import check, equal
from lib.tcp import ask, dial, dial_fate

NET = True
VARIANTS = "first", "ipv6", "third", "all"


def resource(t, port, *addresses):
    t.resource("echo", host="many.corp.example", port=port, hide_address="no")
    t.gw.hosts = [(ip, "many.corp.example") for ip in addresses]
    t.up()


def all_are(t):
    # TCP itself gives up after three seconds instead of two minutes.
    with open("/proc/sys/net/ipv4/tcp_syn_retries", "w") as f:
        f.write("1")
    resource(t, 80, t.far.silent6, t.far.silent)
    equal(dial_fate(t.ag.at("echo")), ("reset", b""), "the application")
    # Who is the last one is the kernel's choice.
    for place in rf"\[{t.far.silent6}\]:80", f"{t.far.silent}:80":
        t.gw.wait_log(rf"{place} does not answer: .*timed out"
                      rf"|destination={place} .*timed out: {place}: ")


def run(t, variant):
    if variant == "all":
        all_are(t)
        return
    far = t.far
    silent = {"first": [far.silent], "ipv6": [far.silent6],
              "third": [far.silent6, far.silent]}[variant]
    with far:
        server = t.echo(far.remote)
    resource(t, server.port, *silent, far.remote)
    begun = time.monotonic()
    with dial(t.ag.at("echo")) as sock:
        equal(ask(sock), b"hello", "the echo")
    took = time.monotonic() - begun
    check(took < 4, f"{took:.1f} s until an answer")
    equal(server.count, 1, "connections to the address that answers")
