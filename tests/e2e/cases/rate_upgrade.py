# SPDX-License-Identifier: BSD-2-Clause
"""An upload that rate_to_server holds back goes on over an upgrade: at its rate,
and exact to its last byte."""

import hashlib
import threading
import time

from lib.base import check, equal, slowness
from lib.tcp import Task, pour

TIMEOUT = 60
MB = 1000000
RATE = 4 * MB
SIZE = 14 * MB
UPGRADES = (2 * MB, 5 * MB)     # when so many bytes have come
SPAN = 3 * MB                   # over which the rate is measured afterwards


class Sink(threading.Thread):
    """Hashes what comes, and notes when."""

    def __init__(self, sock):
        super().__init__(daemon=True)
        self.sock, self.got, self.hash = sock, 0, hashlib.sha256()
        self.times = [(0, time.monotonic())]
        self.start()

    def run(self):
        self.sock.settimeout(30)
        while piece := self.sock.recv(1 << 16):
            self.hash.update(piece)
            self.got += len(piece)
            self.times.append((self.got, time.monotonic()))

    def until(self, n):
        while self.got < n and self.is_alive():
            time.sleep(0.002)
        check(self.got >= n, f"the upload has ended after {self.got} bytes")

    def rate(self, first, last):
        """Bytes per second between these two of its bytes."""
        begin = next(t for n, t in self.times if n >= first)
        end = next(t for n, t in self.times if n >= last)
        return (last - first) / (end - begin)


def run(t):
    listener = t.listen()
    t.resource("tcp", listener)
    t.gw.conf["user alice"] = {"rate_to_server": RATE}
    t.up()
    app, server = t.pair(listener)
    app.settimeout(60)
    sink, sent = Sink(server), Task(pour, app, SIZE)
    for at in UPGRADES:
        sink.until(at)
        t.gw.ctl("upgrade")
    digest = sent.result()
    app.shutdown(1)
    sink.join(30)
    equal((sink.got, sink.hash.hexdigest()), (SIZE, digest), "what came")
    # Buffers that were full go on at once; the rest is slow again.
    first = SIZE - SPAN - MB
    got, slow = sink.rate(first, first + SPAN), slowness()
    check(0.9 * RATE / slow <= got <= 1.3 * RATE,
          f"{got / MB:.2f} MB/s after two upgrades, not {RATE / MB:.0f}")
