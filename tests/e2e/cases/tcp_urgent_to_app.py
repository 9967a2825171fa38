# SPDX-License-Identifier: BSD-2-Clause
"""Urgent data of the server is urgent at the application, at its place."""

from lib.urgent import check_marks, hear_one

DIRECT = True


def run(t):
    listener = t.one_server()
    app, server = t.pair(listener)
    hear_one(server, app)

    app, server = t.pair(listener)
    check_marks(server, app)
