# SPDX-License-Identifier: BSD-2-Clause
"""Connections on which no byte is ever sent, ended from either side."""

import socket

from lib.base import equal
from lib.tcp import fate

DIRECT = True


def run(t):
    listener = t.one_server()
    app, server = t.pair(listener)
    app.close()
    equal(fate(server), ("eof", b""), "the application closes")
    server.close()

    app, server = t.pair(listener)
    server.close()
    equal(fate(app), ("eof", b""), "the server closes")
    app.close()

    app, server = t.pair(listener)
    app.shutdown(socket.SHUT_WR)
    server.shutdown(socket.SHUT_WR)
    equal(fate(app), ("eof", b""), "both at once, the application's view")
    equal(fate(server), ("eof", b""), "both at once, the server's view")
