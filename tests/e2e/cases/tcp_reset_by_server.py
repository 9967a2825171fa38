# SPDX-License-Identifier: BSD-2-Clause
"""A reset of the server reaches the application as a reset."""

import socket

from lib.base import equal
from lib.tcp import fate, read_exactly, reset

DIRECT = True


def run(t):
    listener = t.one_server()
    app, server = t.pair(listener)
    server.sendall(b"ping")
    read_exactly(app, 4)
    reset(server)
    equal(fate(app), ("reset", b""), "an idle connection")

    app, server = t.pair(listener)
    server.sendall(b"some data")
    reset(server)
    end, _ = fate(app)
    equal(end, "reset", "a connection with data on the way")

    app, server = t.pair(listener)
    app.shutdown(socket.SHUT_WR)
    equal(fate(server), ("eof", b""), "the application's FIN")
    reset(server)
    equal(fate(app), ("reset", b""), "a half-closed connection")
