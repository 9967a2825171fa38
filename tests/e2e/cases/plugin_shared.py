# SPDX-License-Identifier: BSD-2-Clause
"""ADIT_SHARED: 1,000 short connections ask for the nodes of a cluster, and each
node has one address for all of them."""

from lib import parley
from lib.base import check, equal
from lib.tcp import dial

RUNS, NODES = 1000, 5


def run(t):
    server = parley.start(t, plugin="cluster", lifetime="10s")
    nodes = [t.listen() for _ in range(NODES)]
    shown = [None] * NODES
    ctl = t.at("ctl")
    for i in range(RUNS):
        talk = parley.Dialogue(t, server, sock=dial(ctl))
        at = talk.open(nodes[i % NODES])
        talk.close()
        shown[i % NODES] = shown[i % NODES] or at
        equal(at, shown[i % NODES], f"the address in run {i}")
    equal(len(set(shown)), NODES, "different addresses")
    equal({host for host, _ in shown}, {t.ag.at("ctl")[0]},
          "the address that was dialled")

    # More connections than any other expectation is good for, none of them
    # beside the channel that has asked.
    for i in range(70):
        child = parley.Dialogue(t, nodes[0], sock=dial(shown[0]))
        child.ask("HELLO", "OK", "OK")
        # A node says what all others say.
        equal(child.open(nodes[1]), shown[1], "what a node announces")
        child.close()
    log = t.gw.log()
    check("limit reached" not in log and "too many" not in log, log[-2000:])
