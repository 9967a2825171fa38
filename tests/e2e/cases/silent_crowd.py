# SPDX-License-Identifier: BSD-2-Clause
"""Hundreds of connections to a name of which all addresses are silent leave
descriptors for others, and are gone as soon as the applications give up."""

from lib.base import check, equal, fd_count, pause, wait_for
from lib.tcp import ask, dial, reset

NET = True
TIMEOUT = 60
COUNT = 250
DESCRIPTORS = 1100      # one user's share of them is too few for three each


def run(t):
    t.resource("dead", host="dead.corp.example", port=80)
    t.resource("echo", t.echo())
    t.gw.hosts = [(ip, "dead.corp.example")
                  for ip in (t.far.silent6, t.far.silent, "10.67.0.2")]
    t.gw.limits = [f"--nofile={DESCRIPTORS}"]
    t.up()
    before = fd_count(t.gw.worker())
    at = t.ag.at("dead")
    crowd = [dial(at) for _ in range(COUNT)]
    wait_for(lambda: len(t.gw.json("channels")["channels"]) == COUNT,
             "all of their channels")
    pause(1)                # for the second and third addresses
    used = fd_count(t.gw.worker()) - before
    check(COUNT < used < DESCRIPTORS - 100, f"{used} descriptors are used")
    with dial(t.ag.at("echo")) as sock:
        equal(ask(sock), b"hello", "another resource")
    for sock in crowd:
        reset(sock)
    wait_for(lambda: not t.gw.json("channels")["channels"],
             "the channels to go")
    wait_for(lambda: fd_count(t.gw.worker()) < before + 5,
             "their descriptors to go")
