# SPDX-License-Identifier: BSD-2-Clause
"""Agent or gateway run out of descriptors: they pause accepting, recover, and
do not spin."""

import socket

from lib.base import check, cpu_seconds, equal, fd_count, pause, wait_for
from lib.tcp import ask, dial

TIMEOUT = 120
COUNT = 400


def run(t):
    t.resource("echo", t.echo())
    t.gw.limits = ["--nofile=150"]
    t.gw.start()
    crowd(t.ag, t.gw.worker(),
          lambda: "descriptors for users" in t.gw.log())
    t.gw.stop()
    t.gw.limits = []
    t.gw.start()
    small = t.agent(name="small")
    small.limits = ["--nofile=150"]
    crowd(small)


def crowd(agent, tight=None, is_short=None):
    """Opens more connections than `tight` (the agent by default) can."""
    agent.up()
    tight = tight or agent.pid()
    is_short = is_short or (lambda: fd_count(tight) > 120)
    address = agent.at("echo")
    first = dial(address)
    ask(first)
    before = fd_count(tight)
    socks = []
    for _ in range(COUNT):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(address)
        socks.append(sock)
    wait_for(is_short, "descriptors to run short")
    spent = cpu_seconds(tight)
    for _ in range(10):
        equal(ask(first), b"hello", "the channel that was there")
        pause(0.1)
    spent = cpu_seconds(tight) - spent
    check(spent < 0.5, f"{spent:.2f} s of processor time in a second")
    for sock in socks:
        sock.close()
    wait_for(lambda: fd_count(tight) <= before + 5, "recovery")
    wait_for(lambda: works(address), "new connections to work again")
    agent.down()


def works(address):
    try:
        with dial(address) as sock:
            return ask(sock) == b"hello"
    except (OSError, AssertionError):
        return False
