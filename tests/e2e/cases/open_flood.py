# SPDX-License-Identifier: BSD-2-Clause
"""Thousands of connections opened and dropped at once; nothing is left."""

import socket

from lib.base import check, equal, fd_count, rss_kb, wait_for
from lib.tcp import ask, dial, reset

TIMEOUT = 120
COUNT = 5000


def run(t):
    t.resource("echo", t.echo())
    t.gw.user("bob")
    t.up()
    bob = t.agent(name="bob", user="bob")
    bob.up()
    address = t.ag.at("echo")
    quiet = dial(bob.at("echo"))
    ask(quiet)
    flood(address, quiet, 500)
    wait_for(lambda: channels(t) == 1, "the first channels to go")
    parts = {"worker": t.gw.worker(), "agent": t.ag.pid()}
    before = {n: (fd_count(p), rss_kb(p)) for n, p in parts.items()}
    flood(address, quiet, COUNT)
    wait_for(lambda: channels(t) == 1, "the channels to go", 30)
    for name, pid in parts.items():
        wait_for(lambda: fd_count(pid) <= before[name][0] + 2,
                 f"the descriptors of the {name}")
        if not t.sanitized():
            grown = rss_kb(pid) - before[name][1]
            check(grown < 8 << 10, f"the {name} grew by {grown} kB")
    wait_for(lambda: t.ag.state() == "connected", "the flooding user")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "the flooding user, later")


def flood(address, quiet, count):
    for number in range(count):
        sock = socket.create_connection(address, 20)
        if number % 3 == 0:
            sock.send(b"x")
        if number % 2:
            reset(sock)
        sock.close()
        if number % 500 == 0:
            equal(ask(quiet), b"hello", "another user")


def channels(t):
    return len(t.gw.json("channels")["channels"])
