# SPDX-License-Identifier: BSD-2-Clause
"""A new configuration while servers do not answer yet: what it denies is given
up at once, the rest goes on and finds them."""

from lib.base import equal, wait_for
from lib.net import ip
from lib.tcp import dial, fate, read_exactly

NET = True
DENIED, ALLOWED = "10.67.0.8", "10.67.0.9"


def run(t):
    with t.far:
        server = t.listen("0.0.0.0")
    t.gw.hosts = [(DENIED, "denied.corp.example")]
    t.resource("denied", host="denied.corp.example", port=server.port)
    t.resource("allowed", host=ALLOWED, port=server.port)
    t.up()
    denied, allowed = dial(t.ag.at("denied")), dial(t.ag.at("allowed"))
    allowed.sendall(b"early")
    wait_for(lambda: len(t.gw.json("channels")["channels"]) == 2,
             "both channels")
    denied.settimeout(3)
    t.gw.conf["resource denied"]["deny"] = DENIED
    t.gw.reload()
    equal(fate(denied), ("reset", b""), "what is denied now")
    t.reason("no longer allowed")
    with t.far:
        ip("addr", "add", f"{ALLOWED}/32", "dev", "far0")
    conn = server.accept()
    equal(read_exactly(conn, 5), b"early", "what was said at once")
    equal(conn.getsockname()[0], ALLOWED, "the server")
