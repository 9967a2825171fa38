# SPDX-License-Identifier: BSD-2-Clause
"""The server speaks first; the application only listens."""

from lib.base import equal
from lib.tcp import fate, read_exactly

DIRECT = True


def run(t):
    listener = t.one_server()
    app, server = t.pair(listener)
    server.sendall(b"220 ready\r\n")
    equal(read_exactly(app, 11), b"220 ready\r\n", "the greeting")

    app, server = t.pair(listener)
    server.sendall(b"421 too busy\r\n")
    server.close()
    equal(fate(app), ("eof", b"421 too busy\r\n"), "greeting and goodbye")
