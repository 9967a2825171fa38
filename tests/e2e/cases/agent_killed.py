# SPDX-License-Identifier: BSD-2-Clause
"""The agent dies: its channels are reset at the server, `up` works again."""

from lib.base import equal, kill, wait_for
from lib.tcp import fate


def run(t):
    listener = t.one_server()
    t.gw.set(resume_grace="1s")
    t.gw.reload()
    app, server = t.pair(listener)
    app.sendall(b"hello")
    equal(server.recv(5), b"hello", "what the server hears")
    kill(t.ag.pid())
    equal(fate(app), ("reset", b""), "the application's end")
    wait_for(lambda: not t.gw.json("channels")["channels"],
             "the channel to go after resume_grace")
    equal(fate(server), ("reset", b""), "the server's end")
    t.ag.up()
    app, server = t.pair(listener)
    server.sendall(b"again")
    equal(app.recv(5), b"again", "after another up")
