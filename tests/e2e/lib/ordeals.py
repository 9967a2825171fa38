# SPDX-License-Identifier: BSD-2-Clause
"""What may happen to a tunnel over an emulated link, for the cases survive_*
and for bench/survive.

An ordeal is a function of a Scene that happens while a crowd is at it; a new
one becomes a column of bench/survive by its line in ORDEALS."""

import dataclasses
import os
import random
import signal

from .base import kill, pause
from .linked import Link

RESETS = 50


@dataclasses.dataclass
class Scene:
    link: Link
    near: list          # ids of the processes at the ends of the tunnel
    far: list
    dark: float         # how long an outage lasts, seconds
    dice: random.Random


def new_dice():
    """ADIT_E2E_SEED throws them again as they fell in another run."""
    seed = os.environ.get("ADIT_E2E_SEED") or str(random.randrange(1 << 32))
    print(f"# ADIT_E2E_SEED={seed}", flush=True)
    return random.Random(seed)


def cut(scene):
    scene.link.cut()
    pause(scene.dark)
    scene.link.uncut()


def moved(scene):
    scene.link.move()


def resets(scene):
    """Soon after another, some of them while the agent comes back."""
    for _ in range(RESETS):
        pause(scene.dice.random() ** 2 * 0.6)
        scene.link.reset()


def near_stopped(scene):
    _stop(scene.near, scene.dark)


def far_stopped(scene):
    _stop(scene.far, scene.dark)


def _stop(pids, seconds):
    for pid in pids:
        kill(pid, signal.SIGSTOP)
    pause(seconds)
    for pid in pids:
        kill(pid, signal.SIGCONT)


ORDEALS = {
    "cut": cut,
    "moved": moved,
    "50 resets": resets,
    "near stopped": near_stopped,
    "far stopped": far_stopped,
}
