# SPDX-License-Identifier: BSD-2-Clause
"""The server's FIN ends its direction only: it still hears the application."""

import socket

from lib.base import equal
from lib.tcp import Task, drink, fate, pour

DIRECT = True
SIZE = 8 << 20


def run(t):
    app, server = t.pair(t.one_server())
    server.sendall(b"greeting")
    server.shutdown(socket.SHUT_WR)
    equal(fate(app), ("eof", b"greeting"), "what the application sees")
    heard = Task(drink, server)
    digest = pour(app, SIZE)
    app.shutdown(socket.SHUT_WR)
    equal(heard.result(), (SIZE, digest), "what the server hears after it")
