# SPDX-License-Identifier: BSD-2-Clause
"""Many connections that carry much in both directions, checked at the end."""

import random
import socket
import threading
import time

from .base import Failure, check, equal, pause, rss_kb, wait_for
from .tcp import Task, dial, drink, pour


class Pulse:
    """Notes whenever something arrived anywhere, and the longest silence."""

    def __init__(self):
        self.lock = threading.Lock()
        self.beats, self.last, self.gap = 0, time.monotonic(), 0.0

    def beat(self):
        """The rhythm of drink(): how much to read next."""
        with self.lock:
            now = time.monotonic()
            self.gap = max(self.gap, now - self.last)
            self.beats, self.last = self.beats + 1, now
        return 1 << 18


class Crowd:
    """`count` channels; each end sends `size` bytes and reads to the end.
    `where` leads to the listener; the resource `tcp` of the case by default.
    With `halves` the second half of each is sent after go_on()."""

    def __init__(self, t, listener, count, size, rhythm=None, where=None,
                 halves=False):
        self.size, self.jobs, self.pulse = size, [], Pulse()
        self.second = threading.Event()
        if halves:
            rhythm = self._halves(rhythm)
        where = where or t.at("tcp")
        self.pairs = [(dial(where), listener.accept()) for _ in range(count)]
        for number, (app, server) in enumerate(self.pairs):
            for sock in app, server:
                sock.settimeout(150)
            for way, one, other in (("there", app, server),
                                    ("back", server, app)):
                self.jobs.append((
                    f"{number} {way}",
                    Task(self._send, one, rhythm and rhythm(number)),
                    Task(drink, other, self.pulse.beat)))

    def _send(self, sock, rhythm):
        digest = pour(sock, self.size, rhythm)
        sock.shutdown(socket.SHUT_WR)
        return digest

    def _halves(self, rhythm):
        """The same rhythm, which waits at half of the bytes."""
        def of(number):
            next_size = rhythm(number) if rhythm else lambda: self.size
            left = self.size // 2

            def size():
                nonlocal left
                if not left:
                    self.second.wait()
                    return next_size()
                n = min(next_size(), left)
                left -= n
                return n
            return size
        return of

    def go_on(self):
        self.second.set()

    def busy(self):
        """How many of all directions are still under way."""
        return sum(reader.is_alive() for _, _, reader in self.jobs)

    def flow(self):
        """Until every direction has had some bytes, more or less."""
        wait_for(lambda: self.pulse.beats > 2 * len(self.jobs),
                 "bytes to flow", 60)

    def finish(self, within=150):
        for what, sender, reader in self.jobs:
            equal(reader.result(within), (self.size, sender.result(within)),
                  what)
        self.close()

    def right(self, within):
        """How many connections are through, both ways, with the right
        checksums; all of them end."""
        end, wrong = time.monotonic() + within, set()
        for what, sender, reader in self.jobs:
            try:
                left = max(end - time.monotonic(), 0)
                equal(reader.result(left), (self.size, sender.result(left)),
                      what)
            except (OSError, Failure):
                wrong.add(what.split()[0])
        self.close()
        return len(self.pairs) - len(wrong)

    def close(self):
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
                try:
                    self.most[name] = max(self.most[name], rss_kb(pid))
                except (OSError, AttributeError):   # it has ended
                    pass

    def grown(self):
        """The most that each grew, kB."""
        return {name: most - self.before[name]
                for name, most in self.most.items()}

    def check(self, kb):
        self.over.set()
        self.join()
        for name, grown in self.grown().items():
            check(grown < kb, f"the {name} grew by {grown} kB")
