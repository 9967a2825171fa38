# SPDX-License-Identifier: BSD-2-Clause
"""A server whose first packets are lost for six seconds: TCP goes on trying,
and bytes that were sent meanwhile arrive, also from an application that has
closed already."""

import threading
import time
from types import SimpleNamespace

from lib.base import check, equal, wait_for
from lib.net import ip
from lib.tcp import dial, fate, read_exactly

DIRECT = True
NET = True
TIMEOUT = 60
LOST_S = 6
HOST = "10.67.0.9"


def appear(t):
    with t.far:
        ip("addr", "add", f"{HOST}/32", "dev", "far0")


def run(t):
    with t.far:
        server = t.listen("0.0.0.0")
    t.resource("tcp", SimpleNamespace(host=HOST, port=server.port))
    t.up()
    begun = time.monotonic()
    threading.Timer(LOST_S, appear, [t]).start()
    stays, goes = dial(t.at("tcp")), dial(t.at("tcp"))
    stays.sendall(b"stays")
    goes.sendall(b"goes.")
    if not t.direct:            # the agent has to see whose it is
        wait_for(lambda: len(t.gw.json("channels")["channels"]) == 2,
                 "both channels")
    goes.close()
    heard = {}
    for _ in range(2):
        conn = server.accept()
        heard[read_exactly(conn, 5)] = conn
    took = time.monotonic() - begun
    check(LOST_S <= took < 12, f"{took:.1f} s until the server heard it")
    equal(fate(heard[b"goes."]), ("eof", b""), "who has gone")
    heard[b"stays"].sendall(b"answer")
    equal(read_exactly(stays, 6), b"answer", "the answer")
