# SPDX-License-Identifier: BSD-2-Clause
"""A firewall before the servers forgets idle connections: TCP keep-alive
prevents that, with a new interval after a reload too."""

import socket
import struct
import subprocess

from lib.base import Skip, equal, wait_for
from lib.tcp import read_exactly

NET = True
NEEDS = ["nft"]
FORGETS_S = 2
RULES = """table inet firewall {
    chain in { type filter hook input priority 0; ct state invalid drop; }
}"""


def raise_firewall():
    subprocess.run(["nft", "-f", "-"], input=RULES, text=True, check=True)
    for name, value in ("tcp_timeout_established", FORGETS_S), \
            ("tcp_loose", 0):
        try:
            with open(f"/proc/sys/net/netfilter/nf_conntrack_{name}",
                      "w") as f:
                f.write(str(value))
        except OSError as error:
            raise Skip(f"no connection tracking here: {error}") from None


def packets(sock):
    """How many have arrived: tcpi_segs_in."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 144)
    return struct.unpack_from("I", info, 140)[0]


def run(t):
    with t.far:
        raise_firewall()
        listener = t.listen(t.far.ip)
    t.resource("tcp", listener)
    t.up()
    app, server = t.pair(listener)
    app.sendall(b"hello")
    equal(read_exactly(server, 5), b"hello", "what was said first")
    t.gw.set(tcp_keep_alive="1s")
    t.gw.reload()
    before = packets(server)
    wait_for(lambda: packets(server) >= before + FORGETS_S + 1,
             "as many packets as it takes to be forgotten without them")
    app.sendall(b"again")
    equal(read_exactly(server, 5), b"again", "what was said after a rest")
    server.sendall(b"yes")
    equal(read_exactly(app, 3), b"yes", "the answer")

    # That one in another worker, and one that is new there.
    t.gw.ctl("upgrade")
    app, other = t.pair(listener)
    app.sendall(b"new")
    equal(read_exactly(other, 3), b"new", "a connection after the reload")
    before = packets(server), packets(other)
    wait_for(lambda: packets(server) >= before[0] + 2
             and packets(other) >= before[1] + 2, "both to be kept alive")
