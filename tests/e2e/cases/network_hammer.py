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
    threading.Thread(target=turn_away, args=(door,), daemon=True).start()
    # Without news the tries become rare.
    wait_for(lambda: tried(t) > 3, "the agent to try", 30)
    before, began = tried(t), time.monotonic()
    with roads.near:
        wait_for(lambda: flap(roads) and tried(t) - before >= 4,
                 "four more tries", 8)
    tries, took = tried(t) - before, time.monotonic() - began
    check(tries <= took / 0.5 + 3, f"{tries} tries within {took} s")


def tried(t):
    """How often; some meet a network that is just away, and no door."""
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        return f.read().count("; again in ")


def flap(roads):
    roads.route("10.78.0.2", "del")
    pause(0.05)
    roads.route("10.78.0.2")
    pause(0.05)
    return True


def turn_away(door):
    door.sock.settimeout(None)
    while True:
        sock, _ = door.sock.accept()
        reset(sock)
