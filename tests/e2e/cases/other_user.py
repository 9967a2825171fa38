# SPDX-License-Identifier: BSD-2-Clause
"""Other users of the machine get RST from every listener of the agent."""

import os

from lib.base import check, equal, matches, show
from lib.tcp import ask, dial

ROOT = True
NOBODY = 65534
TRY = """
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
    s.sendall(b"\\5\\1\\0"); print("got", s.recv(9))
except ConnectionResetError:
    print("reset")
"""


def run(t):
    server = t.echo()
    t.resource("echo", server)
    proxy = t.ag.socks()
    t.up()
    for host, port in t.ag.at("echo"), proxy:
        args = ["/usr/bin/python3", "-c", TRY, host, str(port)]
        equal(t.run(args, user=NOBODY, group=NOBODY).strip(), "reset",
              f"nobody at {host}:{port}")
    equal(server.count, 0, "connections at the server")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "our own")
    mode = os.stat(t.ag.conf["agent"]["control"]).st_mode & 0o777
    check(mode & 0o077 == 0, f"the control socket has mode {mode:o}")
    mode = os.stat(t.gw.conf["server"]["control"]).st_mode & 0o777
    check(mode & 0o007 == 0, f"the gateway's socket has mode {mode:o}")
    # One line a second at most; the listing has all of them.
    status, at = t.ag.status(), t.ag.at("echo")
    with open(status["log"]) as f:
        matches(f"warning: refused a connection to {show(at)}: its program "
                "belongs to another user", f.read(), "the agent's log")
    told = {(r["resource"], r["port"]): r["reason"]
            for r in status["refusals"]}
    equal(told, {("echo", at[1]): "other user",
                 (None, proxy[1]): "other user"}, "refusals")
