# SPDX-License-Identifier: BSD-2-Clause
"""An application that never reads stops only its own channel."""

from lib.base import check, equal, pause, rss_kb
from lib.tcp import Task, ask, pour

DIRECT = True
LIMIT = 48 << 20        # what kernel and adit may hold of one direction


def run(t):
    listener = t.listen()
    t.resource("tcp", listener)
    t.resource("echo", t.echo())
    t.up()
    for way in "to the application", "to the server":
        ends = t.pair(listener)
        stuck, writer = ends if "application" in way else ends[::-1]
        before = memory(t)
        sent = fill(writer)
        check(sent < LIMIT, f"{way}: {sent >> 20} MiB vanished somewhere")
        with t.dial("echo") as other:
            for _ in range(50):
                equal(ask(other), b"hello", "another channel")
        if not t.sanitized():
            for name, kb in memory(t).items():
                check(kb - before[name] < 24 << 10,
                      f"{way}: the {name} grew by {kb - before[name]} kB")
        # Once it reads again nothing is missing.
        writer.settimeout(30)
        rest = Task(pour, writer, 1 << 20)
        got, want = 0, sent + (1 << 20)
        while got < want:
            data = stuck.recv(min(1 << 20, want - got))
            check(data, f"{way}: {got} of {want} bytes came")
            got += len(data)
        rest.result()


def fill(sock):
    """Sends until nothing has moved for half a second."""
    sock.setblocking(False)
    sent, still, block = 0, 0, bytes(1 << 16)
    while still < 25 and sent < LIMIT:
        try:
            sent += sock.send(block)
            still = 0
        except BlockingIOError:
            pause(0.02)
            still += 1
    sock.setblocking(True)
    return sent


def memory(t):
    if t.direct:
        return {}
    return {"worker": rss_kb(t.gw.worker()), "agent": rss_kb(t.ag.pid())}
