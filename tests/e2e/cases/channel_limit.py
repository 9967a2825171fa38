# SPDX-License-Identifier: BSD-2-Clause
"""More connections than a session may have: those are reset, the rest works,
and when they are gone there is room again."""

from lib.base import check, equal, wait_for
from lib.tcp import ask, dial

TIMEOUT = 120
COUNT = 6000


def run(t):
    t.resource("echo", t.echo())
    t.up()
    address = t.ag.at("echo")
    first = dial(address)
    ask(first)
    crowd = []
    for _ in range(COUNT):
        try:
            crowd.append(dial(address))
        except ConnectionResetError:
            pass
    refused = 0
    for sock in crowd:
        try:
            ask(sock)
        except OSError:
            refused += 1
    refused += COUNT - len(crowd)
    check(0 < refused < COUNT - 1000, f"{refused} of {COUNT} were refused")
    equal(ask(first), b"hello", "the first one")
    equal(t.ag.status()["resumed"], 0, "reconnects")
    for sock in crowd:
        sock.close()
    wait_for(lambda: len(t.gw.json("channels")["channels"]) == 1,
             "the channels to go", 30)
    for _ in range(10):
        with dial(address) as sock:
            equal(ask(sock), b"hello", "room again")
    equal(ask(first), b"hello", "the first one, at the end")
