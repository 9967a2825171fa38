# SPDX-License-Identifier: BSD-2-Clause
"""A gateway goes away from many agents at once and comes back: they do not try
all together, try less and less often, and all of them are back soon."""

import socket
import threading
import time

from lib.base import check, pause, wait_for
from lib.tcp import Listener, reset

TIMEOUT = 120
COUNT, AWAY_S = 24, 6


def run(t):
    t.gw.user("bob")
    t.gw.start()
    for number in range(COUNT):
        agent = t.agent(name=f"agent-{number}",
                        user=("alice", "bob")[number % 2])
        # A case has addresses for a few agents only; nothing listens there.
        agent.conf["agent"]["loopback_net"] = f"{t.net}.128/28"
        agent.up()
    check(len(sessions(t)) == COUNT, "not all are there")
    t.gw.stop()
    begun = time.monotonic()
    door, calls = Listener(t.gw.host, t.gw.port), []
    porter = threading.Thread(target=turn_away, args=(door, calls), daemon=True)
    porter.start()
    pause(AWAY_S)
    early = [when - begun for when in calls if when - begun < 1]
    late = [when for when in calls if when - begun > AWAY_S - 2]
    check(len(early) >= COUNT, f"{len(early)} tries in the first second")
    # Each of them has tried, at the second time at the latest.
    crowd = max(sum(at <= other < at + 0.05 for other in early)
                for at in early)
    check(crowd < COUNT * 0.8, f"{crowd} tries within 50 ms: {sorted(early)}")
    check(len(late) < COUNT * 1.6, f"{len(late)} tries in the last two seconds")
    door.sock.shutdown(socket.SHUT_RDWR)    # wakes the porter
    porter.join()
    door.close()
    t.gw.start()
    wait_for(lambda: len(sessions(t)) == COUNT, "all to be back", 20)
    logins = t.gw.json("stats")["logins"]
    check(logins["refused"] == 0, f"logins: {logins}")


def sessions(t):
    return [s for s in t.gw.json("sessions")["sessions"]
            if s["state"] == "connected"]


def turn_away(door, calls):
    door.sock.settimeout(None)
    try:
        while True:
            sock, _ = door.sock.accept()
            calls.append(time.monotonic())
            reset(sock)
    except OSError:
        pass
