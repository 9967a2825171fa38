# SPDX-License-Identifier: BSD-2-Clause
"""A reset of the application reaches the server as a reset."""

import socket

from lib.base import equal
from lib.tcp import fate, read_exactly, reset

DIRECT = True


def run(t):
    listener = t.one_server()
    app, server = t.pair(listener)
    app.sendall(b"ping")
    read_exactly(server, 4)
    reset(app)
    equal(fate(server), ("reset", b""), "an idle connection")

    app, server = t.pair(listener)
    app.sendall(b"some data")
    reset(app)
    end, _ = fate(server)
    equal(end, "reset", "a connection with data on the way")

    app, server = t.pair(listener)
    server.shutdown(socket.SHUT_WR)
    equal(fate(app), ("eof", b""), "the server's FIN")
    reset(app)
    equal(fate(server), ("reset", b""), "a half-closed connection")
