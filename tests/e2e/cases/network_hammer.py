# SPDX-License-Identifier: BSD-2-Clause
"""A network that comes and goes all the time makes an agent without a gateway
try at once, but not more than a few times a second."""

import threading

from lib.base import check, pause, wait_for
from lib.roads import Roads
from lib.tcp import Listener, reset


def run(t):
    roads = Roads(t)
    roads.up().close()
    t.gw.stop()
    with roads.far:
        door = Listener(t.gw.host, t.gw.port)
    calls = []
    threading.Thread(target=turn_away, args=(door, calls), daemon=True).start()
    # Without news the tries become rare.
    wait_for(lambda: len(calls) > 3, "the agent to try", 30)
    before = len(calls)
    with roads.near:
        for _ in range(40):
            roads.route("10.78.0.2", "del")
            pause(0.05)
            roads.route("10.78.0.2")
            pause(0.05)
    tries = len(calls) - before
    check(4 <= tries <= 20, f"{tries} tries within 4 s")


def turn_away(door, calls):
    door.sock.settimeout(None)
    while True:
        sock, _ = door.sock.accept()
        calls.append(sock)
        reset(sock)
