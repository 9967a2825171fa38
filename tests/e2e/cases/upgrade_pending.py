# SPDX-License-Identifier: BSD-2-Clause
"""A connection that is still being made when another aditd takes over: it is
made there, and has the bytes that were sent ahead."""

import socket

from lib import link
from lib.base import equal, wait_for
from lib.tcp import dial, read_exactly

TIMEOUT = 90


def run(t):
    host, port = t.place()
    server = socket.socket()
    server.bind((host, port))
    server.listen(0)
    server.settimeout(30)
    filler = [socket.socket() for _ in range(4)]
    for sock in filler:                 # until the kernel answers no more
        sock.setblocking(False)
        sock.connect_ex((host, port))
    t.gw.resource("full", host=host, port=port)
    t.up()
    app = dial(t.ag.at("full"))
    app.sendall(b"sent ahead")
    wait_for(lambda: t.gw.json("channels")["channels"], "the channel")
    t.gw.ctl("upgrade")
    link.resumed(t, 1)
    for sock in filler:
        sock.close()
    while True:
        conn, _ = server.accept()
        conn.settimeout(5)
        try:
            if conn.recv(1, socket.MSG_PEEK):
                break
        except OSError:
            pass
        conn.close()
    equal(read_exactly(conn, 10), b"sent ahead", "what was sent ahead")
    conn.sendall(b"answer")
    equal(read_exactly(app, 6), b"answer", "the answer")
