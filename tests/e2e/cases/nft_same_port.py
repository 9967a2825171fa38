# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: a program uses one port of its own towards two servers. Both
connections lead to the same listener, so that the kernel gives the second one
another port; each server still sees one connection."""

from lib.base import equal
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]

PROGRAM = """
import socket, sys
def dial(port, host, at):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, at))
    s.connect((sys.argv[1], int(port)))
    s.sendall(b"hello")
    assert s.recv(5) == b"hello"
    return s
first = dial(sys.argv[2], "", 0)
host, at = first.getsockname()
second = dial(sys.argv[3], host, at)
first.sendall(b"again")
assert first.recv(5) == b"again"
second.settimeout(1.5)
try:
    raise SystemExit(f"the second connection ends: {second.recv(1)!r}")
except TimeoutError:
    pass
"""


def run(t):
    with t.far:
        servers = t.echo(t.far.ip), t.echo(t.far.ip)
    for i, server in enumerate(servers):
        t.resource(f"echo{i}", server, intercept_address="yes")
    before = left_over()
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    t.up()
    nft.ready()
    ports = [str(server.port) for server in servers]
    equal(nft.run("/usr/bin/python3", "-c", PROGRAM, t.far.ip, *ports), (0, ""),
          "the program")
    equal([server.count for server in servers], [1, 1], "connections of each")
    status = t.ag.status()["nft"]
    equal((status["connections"], status["early"]), (2, 0), "at the agent")
    t.ag.down()
    equal(left_over(), before, "what is left")
