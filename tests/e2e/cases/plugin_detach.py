# SPDX-License-Identifier: BSD-2-Clause
"""After DETACH a channel is like any other: all bytes, ends, urgent data."""

import socket

from lib import parley, urgent
from lib.base import equal
from lib.tcp import Task, drink, fate, pour, reset

SIZE = 64 << 20


def detached(t, server):
    talk = parley.Dialogue(t, server)
    equal(talk.ask("SECRET", "OK from now on"), "OK from now on", "SECRET")
    return talk.app.sock, talk.server.sock


def run(t):
    server = parley.start(t)
    app, far = detached(t, server)
    # No lines, NULs among them, more than any message may have.
    both = [(Task(pour, a, SIZE), Task(drink, b))
            for a, b in ((app, far), (far, app))]
    for (sent, heard), sock in zip(both, (app, far)):
        digest = sent.result()
        sock.shutdown(socket.SHUT_WR)
        equal(heard.result(), (SIZE, digest), "what came through")
    app.close()
    far.close()

    for ends in range(2):
        pair = detached(t, server)
        pair[ends].sendall(b"last")
        pair[ends].close()
        equal(fate(pair[1 - ends]), ("eof", b"last"), "FIN")
        pair = detached(t, server)
        reset(pair[ends])
        equal(fate(pair[1 - ends]), ("reset", b""), "RST")
        pair = detached(t, server)
        urgent.hear_one(pair[ends], pair[1 - ends])
        pair = detached(t, server)
        urgent.check_marks(pair[ends], pair[1 - ends])

    # Bytes on the heels of the verdict, from both sides at once.
    for _ in range(20):
        talk = parley.Dialogue(t, server)
        talk.app.say("SECRET", *["MORE"] * 200)
        talk.app.sock.shutdown(socket.SHUT_WR)
        talk.server.hear("SECRET")
        talk.server.sock.sendall(b"OK\n" + b"\0" * 100000)
        talk.server.sock.shutdown(socket.SHUT_WR)
        equal(fate(talk.app.sock), ("eof", b"OK\n" + b"\0" * 100000), "app")
        end, rest = fate(talk.server.sock)
        equal((end, talk.server.rest + rest), ("eof", b"MORE\n" * 200),
              "what the plugin held back")
