# SPDX-License-Identifier: BSD-2-Clause
"""The cable is pulled for longer than a PING is waited for, on the side of the
agent, where the kernel sees it, and on the other side, where it does not."""

import time

from lib import link
from lib.base import pause, wait_for
from lib.roads import Roads, answers

TIMEOUT = 90
VARIANTS = "near0", "far0"


def run(t, device):
    roads = Roads(t)
    app = roads.up()
    roads.pull(device)
    app.sendall(b"asks ")
    begun = time.monotonic()
    wait_for(lambda: t.ag.state() == "reconnecting", "the agent to notice", 10)
    wait_for(lambda: link.session(t)["state"] == "detached",
             "the gateway to notice", 25 - (time.monotonic() - begun))
    pause(2)
    roads.plug(device)
    app.recv(5)
    # Seen: at once.  Else when the next try is due, or the SYN is repeated.
    answers(app, 2 if device == "near0" else 8, "after the cut")
    link.resumed(t, 1)
