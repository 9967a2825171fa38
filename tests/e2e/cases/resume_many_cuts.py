# SPDX-License-Identifier: BSD-2-Clause
"""50 cuts at random moments of transfers, some of them while the agent comes
back; nothing is lost.  ADIT_E2E_SEED makes it another 50."""

import os
import random

from lib import link
from lib.base import check, equal, pause
from lib.crowd import Crowd, slowly

TIMEOUT = 240
CUTS = 50


def resent(t):
    return link.session(t)["resent"] + t.ag.status()["resent"]


def cut_with_bytes_on_the_way(t, way, resumed):
    """A cut may meet a quiet moment, so the link holds what is sent for a
    while and then loses it.  Returns how often the agent has come back."""
    for _ in range(20):
        resumed += 1
        link.resumed(t, resumed)
        resumed = t.ag.status()["resumed"]
        if resent(t):
            break
        way.hold()
        pause(0.3)
        way.cut()
    return resumed


def run(t):
    dice = random.Random(os.environ.get("ADIT_E2E_SEED", "50 cuts"))
    way = link.Link(t)
    listener = t.one_server()
    first = link.session(t)["session"]
    crowd = Crowd(t, listener, 10, t.size(48 << 20, 4 << 20),
                  slowly(t.size(1 << 17, 1 << 14), 0.1))
    resumed = 0
    for _ in range(CUTS):
        pause(dice.random() ** 2 * 0.6)
        if dice.random() < 0.7:
            resumed += 1
            link.resumed(t, resumed)
            resumed = t.ag.status()["resumed"]
        way.cut()
    check(crowd.busy(), "all was through too early")
    resumed = cut_with_bytes_on_the_way(t, way, resumed)
    crowd.finish()
    link.resumed(t, resumed)
    equal(link.session(t)["session"], first, "the session")
    check(resent(t) > 0, "nothing was sent again")
