# SPDX-License-Identifier: BSD-2-Clause
"""A hostile agent opens and resets a hundred thousand channels as fast as it can:
few of them reach the server or the log, those that would wait too long are
refused and counted, and another user notices nothing."""

import os
import time

from lib.adit import PASSWORD
from lib.base import check, equal, rss_kb, spawn
from lib.tcp import ask, dial

RATE = 100              # connections a second that may begin ...
BURST = 10 * RATE       # ... and at once


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.gw.set(connections_per_second=RATE)
    t.gw.user("mallory")
    t.up()
    quiet = dial(t.ag.at("echo"))
    equal(ask(quiet), b"hello", "another user before")
    worker = t.gw.worker()
    before, count, lines = rss_kb(worker), server.count, theirs(t)
    began = time.monotonic()
    hostile = attack(t, server.port)
    longest = 0
    while hostile.poll() is None:
        asked = time.monotonic()
        equal(ask(quiet), b"hello", "another user meanwhile")
        longest = max(longest, time.monotonic() - asked)
    most = BURST + RATE * (time.monotonic() - began + 1)
    equal(hostile.returncode, 0, "what becomes of mallory")
    reached = server.count - count
    check(reached <= most, f"{reached} connections, not {most:.0f}")
    # The audit has each connection that reached the server.
    check(theirs(t) - lines <= reached + 100,
          f"{theirs(t) - lines} lines of the log, {reached} connections")
    check(longest < 2, f"another user waited for {longest:.1f} s")
    grown = rss_kb(worker) - before
    check(t.sanitized() or grown < 16 << 10, f"the worker grew by {grown} kB")
    t.gw.wait_log(rf"user mallory: connections wait for their turn: "
                  rf"connections_per_second in \[gateway .*\] is {RATE}")
    t.gw.wait_log(r"user mallory: \d+ connections? refused: they would have to "
                  rf"wait for their turn longer than 5 s: "
                  rf"connections_per_second in \[gateway .*\] is {RATE}")
    limits = t.gw.json("stats")["limits"]
    check(limits["connections_refused_per_second"] > 1000,
          f"refused: {limits}")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "another user afterwards")


def theirs(t):
    return sum("mallory" in line for line in t.gw.log().splitlines())


def attack(t, port):
    return spawn([t.tool("tests/e2e/hostile"), "rapid_reset",
                  f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory", str(port)],
                 env=dict(os.environ, HOSTILE_PASSWORD=PASSWORD))
