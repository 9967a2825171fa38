# SPDX-License-Identifier: BSD-2-Clause
"""The end never overtakes data: a slow reader gets the last byte, then FIN."""

from lib.base import equal, pause
from lib.tcp import Task, drink, pour

DIRECT = True
SIZE = 24 << 20


def run(t):
    listener = t.one_server()
    for direction in "to the application", "to the server":
        ends = t.pair(listener)
        reader, writer = ends if "application" in direction else ends[::-1]
        sent = Task(send_and_close, writer)
        steps = iter(range(20))

        def slowly():
            if next(steps, None) is not None:
                pause(0.05)
            return 1 << 18

        got = drink(reader, slowly)
        equal(got, (SIZE, sent.result()), direction)


def send_and_close(sock):
    sock.settimeout(60)
    digest = pour(sock, SIZE)
    sock.close()
    return digest
