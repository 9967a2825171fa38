# SPDX-License-Identifier: BSD-2-Clause
"""A client makes the plugin answer and reads no answer: the client's own data
is not read any more."""

from lib import parley
from lib.base import check, cpu_seconds, equal, pause, rss_kb
from lib.tcp import Task

LIMIT = 24 << 20
ASK, ANSWER = b"BAD\n", b"NO refused\n"


def run(t):
    server = parley.start(t, refuse="BAD")
    other = parley.Dialogue(t, server)
    talk = parley.Dialogue(t, server)
    worker = t.gw.worker()
    before = rss_kb(worker)
    sent = fill(talk.app.sock)
    check(sent < LIMIT, f"{sent >> 20} MiB of commands vanished somewhere")
    if not t.sanitized():
        grown = rss_kb(worker) - before
        check(grown < 24 << 10, f"the worker grew by {grown} kB")
    equal(other.ask("HELLO", "OK still"), "OK still", "another channel")
    busy = cpu_seconds(worker)
    pause(1)
    busy = cpu_seconds(worker) - busy
    check(busy < 0.5, f"the worker was busy for {busy} s of one, for nothing")

    # Once it reads again, nothing is missing.
    talk.app.sock.settimeout(30)
    odd = sent % len(ASK)
    rest = Task(talk.app.sock.sendall, ASK[odd:] if odd else b"")
    want = (sent + len(ASK) - 1) // len(ASK)
    got = drink(talk.app.sock, want * len(ANSWER))
    rest.result()
    check(got == ANSWER * want, "answers are damaged or out of order")
    equal(talk.ask("HELLO", "OK again"), "OK again", "the dialogue")


def fill(sock):
    """Sends commands until nothing has moved for half a second."""
    sock.setblocking(False)
    sent, still, block = 0, 0, memoryview(ASK * (1 << 14))
    while still < 25 and sent < LIMIT:
        try:
            sent += sock.send(block[sent % len(ASK):])
            still = 0
        except BlockingIOError:
            pause(0.02)
            still += 1
    sock.setblocking(True)
    return sent


def drink(sock, n):
    got = bytearray()
    while len(got) < n:
        data = sock.recv(1 << 20)
        check(data, f"the end came behind {len(got)} of {n} bytes")
        got += data
    return bytes(got)

