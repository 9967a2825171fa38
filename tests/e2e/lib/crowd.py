# SPDX-License-Identifier: BSD-2-Clause
"""Many connections that carry much in both directions, checked at the end."""

import random
import socket
import threading

from .base import check, equal, pause, rss_kb, running
from .tcp import Task, drink, pour


class Crowd:
    """`count` channels; each end sends `size` bytes and reads to the end."""

    def __init__(self, t, listener, count, size, rhythm=None, name="tcp"):
        self.size, self.jobs = size, []
        self.pairs = [t.pair(listener, name) for _ in range(count)]
        for number, (app, server) in enumerate(self.pairs):
            for sock in app, server:
                sock.settimeout(150)
            for way, one, other in (("there", app, server),
                                    ("back", server, app)):
                self.jobs.append((
                    f"{number} {way}",
                    Task(self._send, one, rhythm and rhythm(number)),
                    Task(drink, other)))

    def _send(self, sock, rhythm):
        digest = pour(sock, self.size, rhythm)
        sock.shutdown(socket.SHUT_WR)
        return digest

    def busy(self):
        """How many of all directions are still under way."""
        return sum(reader.is_alive() for _, _, reader in self.jobs)

    def finish(self, within=150):
        for what, sender, reader in self.jobs:
            equal(reader.result(within), (self.size, sender.result(within)),
                  what)
        for pair in self.pairs:
            for sock in pair:
                sock.close()


def slowly(most, wait):
    """A rhythm for a number: random sizes, and a pause before each."""
    def of(number):
        dice = random.Random(number)

        def size():
            pause(wait * dice.random())
            return 1 + dice.randrange(most)
        return size
    return of


class Memory(threading.Thread):
    """Watches how much some processes grow."""

    def __init__(self, **pids):
        super().__init__(daemon=True)
        self.pids, self.over = pids, threading.Event()
        self.before = {name: rss_kb(pid) for name, pid in pids.items()}
        self.most = dict(self.before)
        self.start()

    def run(self):
        while not self.over.wait(0.05):
            for name, pid in self.pids.items():
                if running(pid):
                    self.most[name] = max(self.most[name], rss_kb(pid))

    def check(self, kb):
        self.over.set()
        self.join()
        for name, most in self.most.items():
            grown = most - self.before[name]
            check(grown < kb, f"the {name} grew by {grown} kB")
