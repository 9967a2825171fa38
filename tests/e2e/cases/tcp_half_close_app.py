# SPDX-License-Identifier: BSD-2-Clause
"""The application's FIN ends its direction only: the answer comes after it."""

import socket

from lib.base import equal
from lib.tcp import Task, drink, pour

DIRECT = True
SIZE = 8 << 20


def run(t):
    app, server = t.pair(t.one_server())
    question = Task(pour, app, SIZE)
    heard = Task(drink, server)
    digest = question.result()
    app.shutdown(socket.SHUT_WR)
    equal(heard.result(), (SIZE, digest), "what came before the FIN")
    answer = Task(drink, app)
    digest = pour(server, SIZE)
    server.close()
    equal(answer.result(), (SIZE, digest), "the answer after the FIN")
