# SPDX-License-Identifier: BSD-2-Clause
"""100 connections in mid-transfer, both ways, over a slow link: it is cut, the
agent moves to another address, TCP is reset 50 times, a process stands still,
another aditd takes over.
All bytes arrive, in the same session.  ADIT_E2E_DARK=30 makes it long."""

import os

from lib import link, linked, ordeals
from lib.base import check, equal
from lib.crowd import Crowd, Memory

TIMEOUT = 240
VARIANTS = "cut", "moved", "resets", "agent", "worker", "monitor", "upgrade"
THIN = "cut", "resets", "worker"
COUNT = 100
# Bytes of each connection: more where a busy machine takes longer for the ordeal.
SIZE = {"resets": 1 << 20}
# Longer than it takes to find the tunnel dead (2 s, and 5 s for an answer).
DARK = float(os.environ.get("ADIT_E2E_DARK", "12"))
# What a session may grant as credit (64 MiB), half as much for its log, which
# follows the flow; TLS and the rest of the heap get as much as one tunnel's
# buffers and a hundred channels can explain.
BUDGET_KB = (64 + 32 + 8) << 10


def monitor(scene):
    """Nobody signs handshakes: the agent comes back once it goes on."""
    scene.link.reset()
    ordeals.far_stopped(scene)


def upgrade(scene):
    """Also while agents are coming back from the one before."""
    for _ in range(3):
        scene.t.gw.ctl("upgrade")
        scene.crowd.go_on()


ORDEALS = {"cut": ordeals.cut, "moved": ordeals.moved,
           "resets": ordeals.resets, "agent": ordeals.near_stopped,
           "worker": ordeals.far_stopped, "monitor": monitor,
           "upgrade": upgrade}


def run(t, variant):
    way = linked.Link(t.tool("bench/link"), 9000, rate=50, delay=5,
                      queue=250000)
    t.gateway_ip = way.far_ip
    with way.far:
        listener = t.listen(way.far_ip)
        t.resource("tcp", listener)
        t.gw.start()
    with way.near:
        t.ag.up()
        t.ag.wait_state("connected")
    before = link.session(t)
    memory = Memory(worker=t.gw.worker(), agent=t.ag.pid())
    with way.near:
        crowd = Crowd(t, listener, COUNT, SIZE.get(variant, 512 << 10),
                      halves=True)
    crowd.flow()
    far = t.gw.process.pid if variant == "monitor" else t.gw.worker()
    scene = ordeals.Scene(way, crowd, [t.ag.pid()], [far], DARK,
                          ordeals.new_dice())
    scene.t = t
    ORDEALS[variant](scene)
    check(crowd.busy(), "all was through too early")
    link.resumed(t, 1, 60)
    crowd.finish()
    after = link.session(t)
    equal(after["session"], before["session"], "the session")
    equal(t.ag.status()["segment"], None, "segment, where all packets pass")
    if variant == "moved":
        check(after["source"].startswith(way.near_ip + ":"),
              f"its source: {after['source']}")
    print(f"# resumed {after['resumed']}, resent {after['resent']}, silent"
          f" {crowd.pulse.gap:.1f} s, grown", memory.grown())
    if not t.sanitized():
        memory.check(BUDGET_KB)
    way.close()
