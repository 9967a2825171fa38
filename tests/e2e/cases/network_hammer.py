# SPDX-License-Identifier: BSD-2-Clause
"""A network that comes and goes all the time makes an agent without a gateway
try at once, but not more than a few times a second."""

import threading
import time

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
    before, began = len(calls), time.monotonic()
    with roads.near:
        wait_for(lambda: flap(roads) and len(calls) - before >= 4,
                 "four more tries", 8)
    tries, took = len(calls) - before, time.monotonic() - began
    check(tries <= took / 0.5 + 2, f"{tries} tries within {took} s")


def flap(roads):
    roads.route("10.78.0.2", "del")
    pause(0.05)
    roads.route("10.78.0.2")
    pause(0.05)
    return True


def turn_away(door, calls):
    door.sock.settimeout(None)
    while True:
        sock, _ = door.sock.accept()
        calls.append(sock)
        reset(sock)
