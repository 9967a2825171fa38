# SPDX-License-Identifier: BSD-2-Clause
"""What may happen to a tunnel over an emulated link, for the cases survive_*
and for bench/survive.

An ordeal is a function of a Scene.  It lets the crowd go on once the first
thing has happened, so that everybody is in mid-transfer then.  By its line in
ORDEALS it becomes a column of bench/survive."""

import dataclasses
import os
import random
import signal

from .base import kill, pause
from .crowd import Crowd
from .linked import Link

RESETS = 50


@dataclasses.dataclass
class Scene:
    link: Link
    crowd: Crowd
    near: list          # ids of the processes at the ends of the tunnel
    far: list
    dark: float         # how long an outage lasts, seconds
    dice: random.Random


def new_dice():
    """ADIT_E2E_SEED throws them again as they fell in another run."""
    seed = os.environ.get("ADIT_E2E_SEED") or str(random.randrange(1 << 32))
    print(f"# ADIT_E2E_SEED={seed}", flush=True)
    return random.Random(seed)


def nothing(scene):
    """What there is without an ordeal."""
    scene.crowd.go_on()


def cut(scene):
    scene.link.cut()
    scene.crowd.go_on()
    pause(scene.dark)
    scene.link.uncut()


def moved(scene):
    scene.link.move()
    scene.crowd.go_on()


def resets(scene):
    """Soon after another, some of them while the agent comes back."""
    for _ in range(RESETS):
        scene.link.reset()
        scene.crowd.go_on()
        pause(scene.dice.random() ** 2 * 0.6)


def near_stopped(scene):
    _stop(scene, scene.near)


def far_stopped(scene):
    _stop(scene, scene.far)


def _stop(scene, pids):
    for pid in pids:
        kill(pid, signal.SIGSTOP)
    scene.crowd.go_on()
    pause(scene.dark)
    for pid in pids:
        kill(pid, signal.SIGCONT)


ORDEALS = {
    "nothing": nothing,
    "cut": cut,
    "moved": moved,
    "50 resets": resets,
    "near stopped": near_stopped,
    "far stopped": far_stopped,
}
