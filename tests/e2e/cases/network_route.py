# SPDX-License-Identifier: BSD-2-Clause
"""Another network is there and becomes the way to the gateway, while the old
one keeps its address: the tunnel moves.  The gateway loses its address and gets
it back: it lets go of tunnels to it at once."""

from lib import link
from lib.base import pause, wait_for
from lib.roads import Roads, answers, resumed


def run(t):
    roads = Roads(t)
    app = roads.up()
    with roads.near:
        roads.address("10.79.0.1/24", "near1")
        roads.route("10.79.0.2", "replace")
    wait_for(lambda: t.ag.status()["resumed"] == 1, "another way", 2)
    answers(app, 2, "another way")
    source = resumed(t, 1)["source"]
    assert source.startswith("10.79.0.1:"), source
    with roads.near:
        roads.route("10.79.0.2", "del")
    wait_for(lambda: t.ag.state() == "reconnecting", "no way", 2)
    pause(3)
    with roads.near:
        roads.route("10.79.0.2")
    answers(app, 2, "a way again")
    resumed(t, 2)

    with roads.far:
        roads.address("10.99.0.1/32", "lo", "del")
    wait_for(lambda: link.session(t)["state"] == "detached",
             "the gateway to notice", 2)
    with roads.far:
        roads.address("10.99.0.1/32", "lo")
    answers(app, 8, "the gateway's address")
    link.resumed(t, 3)
