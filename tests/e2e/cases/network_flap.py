# SPDX-License-Identifier: BSD-2-Clause
"""A carrier that comes and goes with the same address, and changes of the
network that do not concern the tunnel, leave the tunnel alone."""

from lib.base import equal, pause
from lib.net import ip
from lib.roads import Roads, answers, resumed


def run(t):
    roads = Roads(t)
    app = roads.up()
    before = t.gw.json("sessions")["sessions"][0]["source"]
    for _ in range(3):
        roads.pull()
        app.sendall(b"asks ")
        pause(0.4)
        roads.plug()
        app.recv(5)
        answers(app, 5, "a carrier that flaps")
    with roads.near:
        for number in range(5):
            roads.address(f"10.79.0.{10 + number}/24", "near1")
            ip("route", "add", f"10.80.{number}.0/24", "via", "10.79.0.2")
            ip("link", "add", f"other{number}", "type", "veth",
               "peer", "name", f"peer{number}")
            ip("link", "set", f"other{number}", "up")
            answers(app, 1, "changes elsewhere")
            roads.address(f"10.79.0.{10 + number}/24", "near1", "del")
            ip("link", "del", f"other{number}")
        # Another address of the same device, which new connections prefer.
        roads.address("10.78.0.7/24")
        ip("route", "change", "10.99.0.0/24", "via", "10.78.0.2",
           "src", "10.78.0.7")
        answers(app, 1, "a preferred address")
    pause(4)                    # longer than doubt lasts
    answers(app, 1, "afterwards")
    equal(resumed(t, 0)["source"], before, "the tunnel's end")
