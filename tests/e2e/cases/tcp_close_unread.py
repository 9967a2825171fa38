# SPDX-License-Identifier: BSD-2-Clause
"""A close with unread data in the buffer is a reset on the other side."""

from lib.base import equal, wait_for
from lib.tcp import fate, pending

DIRECT = True


def run(t):
    listener = t.one_server()
    app, server = t.pair(listener)
    server.sendall(b"never read" * 100)
    wait_for(lambda: pending(app), "data at the application")
    app.close()
    equal(fate(server), ("reset", b""), "the application closed")

    app, server = t.pair(listener)
    app.sendall(b"never read" * 100)
    wait_for(lambda: pending(server), "data at the server")
    server.close()
    equal(fate(app), ("reset", b""), "the server closed")
