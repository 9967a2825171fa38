# SPDX-License-Identifier: BSD-2-Clause
"""adit run: what the cases tcp_ say of a connection through a listener is true of
one that a command has dialled; and lines that are sent before a close at once
arrive."""

import importlib
import os
import socket
import sys

from lib.base import check, equal, spawn
from lib.tcp import TIMEOUT, dial, fate

NET = True
DIRECT = True
VARIANTS = "user-4", "root-6"
CASES = ("close_unread half_close_app half_close_server last_byte "
         "random_pauses reset_by_app reset_by_server server_first "
         "urgent_to_app urgent_to_server zero_bytes").split()
LINES = 100

# Hands out connections that it makes; "e": sends lines, and closes at once.
DIALER = f"""
import socket, sys
control = socket.socket(socket.AF_UNIX)
control.connect(sys.argv[1])
while word := control.recv(1):
    for _ in range({LINES} if word == b"e" else 1):
        s = socket.create_connection((sys.argv[2], int(sys.argv[3])), 30)
        if word == b"e":
            s.sendall(b"line")
        else:
            socket.send_fds(control, [b"x"], [s.fileno()])
        s.close()
"""


class Inside:
    """What the cases want of a Case, with connections from inside."""

    def __init__(self, t, server):
        self.t, self.server, self.direct = t, server, t.direct
        if t.direct:
            return
        path = t.path("dialer")
        with socket.socket(socket.AF_UNIX) as waits:
            waits.bind(path)
            os.chmod(path, 0o666)
            os.chmod(t.dir, 0o755)
            waits.listen()
            waits.settimeout(TIMEOUT)
            self.process = spawn(
                t.ag.command("run", "--", "/usr/bin/python3", "-c", DIALER,
                             path, server.host, str(server.port)),
                env=t.ag.env, log=t.path("dialer.log"))
            self.control = waits.accept()[0]

    def one_server(self):
        return self.server

    def size(self, normal, small):
        return self.t.size(small, small)

    def dial(self):
        if self.direct:
            return dial((self.server.host, self.server.port))
        self.control.sendall(b"d")
        self.control.settimeout(TIMEOUT)
        _, fds, *_ = socket.recv_fds(self.control, 1, 1)
        check(fds, "no connection came out")
        app = socket.socket(fileno=fds[0])
        app.settimeout(TIMEOUT)
        return app

    def pair(self, server):
        app = self.dial()
        return app, server.accept()

    def closes_at_once(self):
        self.control.sendall(b"e")
        for _ in range(LINES):
            equal(fate(self.server.accept()), ("eof", b"line"), "a line")


def run(t, variant):
    who, family = variant.split("-")
    with t.far:
        server = t.listen(t.far.ip if family == "4" else t.far.ip6)
    t.resource("tcp", server)
    t.agent(uid=65534 if who == "user" else None)
    t.up()
    inside = Inside(t, server)
    sys.path.insert(0, os.path.dirname(__file__))
    for name in CASES:
        importlib.import_module(f"tcp_{name}").run(inside)
    if not t.direct:
        inside.closes_at_once()
        inside.control.close()
        equal(inside.process.wait(10), 0, "the command's end")
