# SPDX-License-Identifier: BSD-2-Clause
"""The plugin of the tutorial: rsh with stderr, between a client and a server."""

import os

from lib import parley
from lib.base import check, equal, matches
from lib.tcp import fate, read_exactly

SOURCE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..",
                      "..", "docs", "tutorial", "rsh", "rsh.c")


def word(sock):
    """The next one, without its NUL."""
    text = b""
    while not text.endswith(b"\0"):
        text += read_exactly(sock, 1)
    return text[:-1].decode()


class Rsh:
    """Client and server of one command, up to where it runs."""

    def __init__(self, t, server, name, stderr=True):
        self.errors = t.listen("127.0.0.1") if stderr else None
        self.app = t.dial(name)
        self.far = server.accept()
        port = str(self.errors.port) if stderr else ""
        self.app.sendall(f"{port}\0".encode())
        self.far_errors = None

    def connect_back(self):
        """As rshd does: to where the command comes from."""
        self.told = int(word(self.far))
        self.far_errors = parley.call_back(
            self.far.getsockname()[0], (self.far.getpeername()[0], self.told))
        self.app_errors = self.errors.accept()

    def run(self, command):
        self.app.sendall(f"alice\0bob\0{command}\0".encode())
        equal([word(self.far) for _ in range(3)], ["alice", "bob", command],
              "what the server hears")
        self.far.sendall(b"\0")
        equal(read_exactly(self.app, 1), b"\0", "the server's answer")


def run(t):
    with open(SOURCE) as f:
        parley.build(t, t.path("plugins"), "rsh", f.read())
    t.gw.conf["server"]["plugin_dir"] = t.path("plugins")
    t.gw.conf["plugin rsh"] = {}
    server = t.listen()
    t.resource("shell", server, plugin="rsh")
    t.resource("strict", server, plugin="rsh", stderr="no")
    t.up()

    rsh = Rsh(t, server, "shell")
    rsh.connect_back()
    check(rsh.told != rsh.errors.port, "the server was told the client's port")
    rsh.run("make all")
    # Three streams, and what the plugin does not look at any more.
    rsh.app.sendall(b"input\0\xff")
    equal(read_exactly(rsh.far, 7), b"input\0\xff", "stdin")
    rsh.far.sendall(b"output")
    rsh.far_errors.sendall(b"error")
    equal(read_exactly(rsh.app, 6), b"output", "stdout")
    equal(read_exactly(rsh.app_errors, 5), b"error", "stderr")
    # Signals go the other way on it.
    rsh.app_errors.sendall(b"\x02")
    equal(read_exactly(rsh.far_errors, 1), b"\x02", "a signal")
    rsh.far_errors.close()
    equal(fate(rsh.app_errors), ("eof", b""), "the end of stderr")
    rsh.far.close()
    equal(fate(rsh.app), ("eof", b""), "the end of stdout")
    rsh.app.close()
    line = t.gw.wait_log(r'evt=channel .*user="bob" .*')[0]
    matches(r'resource=shell plugin=rsh .*user="bob" command="make all"', line,
            "the audit line")

    rsh = Rsh(t, server, "shell", stderr=False)
    equal(word(rsh.far), "", "no port")
    rsh.run("date")
    rsh.app.close()
    equal(fate(rsh.far), ("eof", b""), "the client's end")

    rsh = Rsh(t, server, "strict")
    equal(fate(rsh.app),
          ("eof", b"\1The gateway allows no stderr connection.\n"), "refused")
    equal(fate(rsh.far), ("reset", b""), "the server's side")
