# SPDX-License-Identifier: BSD-2-Clause
"""256 MiB each way at once, with random pauses and sizes, without loss."""

import random
import socket

from lib.base import equal, pause
from lib.tcp import Task, drink, pour

DIRECT = True
TIMEOUT = 240


def run(t):
    size = t.size(256 << 20, 32 << 20)
    app, server = t.pair(t.one_server())
    for sock in app, server:
        sock.settimeout(120)
    senders = [Task(send, sock, size, seed)
               for seed, sock in enumerate((app, server))]
    readers = [Task(drink, sock, rhythm(seed, 1 << 18))
               for seed, sock in enumerate((server, app), 7)]
    for sender, reader, way in zip(senders, readers, ("there", "back")):
        equal(reader.result(200), (size, sender.result(200)), way)


def send(sock, size, seed):
    digest = pour(sock, size, rhythm(seed, 1 << 20))
    sock.shutdown(socket.SHUT_WR)
    return digest


def rhythm(seed, most):
    """Random sizes, skewed to small ones; one call in 50 waits a little."""
    dice = random.Random(seed)

    def next_size():
        if dice.random() < 0.02:
            pause(dice.random() * 0.02)
        return 1 + int(most * dice.random() ** 3)
    return next_size
