# SPDX-License-Identifier: BSD-2-Clause
"""1000 connections are open at once, in one TCP connection."""

from lib.base import equal, show
from lib.tcp import ask, dial

DIRECT = True
TIMEOUT = 120
COUNT = 1000


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.up()
    where = t.at("echo")
    apps = [dial(where) for _ in range(COUNT)]
    for number, app in enumerate(apps):
        app.sendall(b"%06d" % number)
    for number, app in enumerate(apps):
        equal(app.recv(6), b"%06d" % number, f"answer {number}")
    equal(server.count, COUNT, "connections at the server")
    if not t.direct:
        gateway = show((t.gw.host, t.gw.port))
        out = t.run(["ss", "-Htn", "state", "established", "dst", gateway])
        equal(len(out.splitlines()), 1,
              f"TCP connections to {gateway}:\n{out}")
        equal(t.ag.status()["channels"], COUNT, "channels in adit status")
        equal(len(t.gw.json("channels")["channels"]), COUNT,
              "channels in aditctl channels")
    for number, app in enumerate(apps):
        equal(ask(app), b"hello", f"connection {number} after the others")
        app.close()
