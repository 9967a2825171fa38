# SPDX-License-Identifier: BSD-2-Clause
"""A hostile agent opens thousands of channels in two sessions, sends on each all
that it may and reads nothing: what that costs the gateway has a bound."""

import os
import subprocess

from lib.adit import PASSWORD
from lib.base import check, equal, rss_kb, spawn, wait_for
from lib.tcp import ask, dial

MOST = 1000             # channels, 16 KiB each
BOUND = 40 << 10        # kB; without the limit it is 250,000


def run(t):
    sink = t.listen()
    t.resource("sink", sink)
    t.resource("echo", t.echo())
    # Most of them wait in the gateway, with what they have sent.
    t.gw.set(session_memory="4M", connections_per_user=MOST)
    t.gw.user("mallory")
    t.up()
    quiet = dial(t.ag.at("echo"))
    worker = t.gw.worker()
    before = rss_kb(worker)
    hostile = attack(t, sink.port)
    equal(hostile.stdout.readline(), b"held\n", "what mallory says")
    equal(ask(quiet), b"hello", "another user meanwhile")
    theirs = [s["channels"] for s in t.gw.json("sessions")["sessions"]
              if s["user"] == "mallory"]
    check(sum(theirs) <= MOST, f"mallory has {theirs} channels")
    grown = rss_kb(worker) - before
    check(t.sanitized() or grown < BOUND, f"the worker grew by {grown} kB")
    hostile.stdin.close()
    wait_for(lambda: hostile.poll() == 0, "mallory to go")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "another user afterwards")


def attack(t, port):
    return spawn([t.tool("tests/e2e/hostile"), "unread",
                  f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory", str(port)],
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                 env=dict(os.environ, HOSTILE_PASSWORD=PASSWORD))
