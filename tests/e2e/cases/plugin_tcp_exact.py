# SPDX-License-Identifier: BSD-2-Clause
"""Ends, resets, urgent data and stuck readers of a channel that a plugin reads."""

import socket

from lib import parley, urgent
from lib.base import equal
from lib.tcp import Task, fate, reset

LINES = 200000


def flood(sock):
    """Sends lines as fast as they are taken, then FIN."""
    block = b"OK line of an answer\n" * 1000
    for _ in range(LINES // 1000):
        sock.sendall(block)
    sock.shutdown(socket.SHUT_WR)
    return len(block) * (LINES // 1000)


def run(t):
    server = parley.start(t)
    for ends in range(2):
        talk = parley.Dialogue(t, server)
        pair = talk.app.sock, talk.server.sock
        pair[ends].sendall(b"OK last\n")
        pair[ends].shutdown(socket.SHUT_WR)
        equal(fate(pair[1 - ends]), ("eof", b"OK last\n"), "half-close")
        pair[1 - ends].sendall(b"OK after\n")
        pair[1 - ends].close()
        equal(fate(pair[ends]), ("eof", b"OK after\n"), "the other half")

        talk = parley.Dialogue(t, server)
        pair = talk.app.sock, talk.server.sock
        equal(talk.ask("HELLO", "OK"), "OK", "it lives")
        reset(pair[ends])
        equal(fate(pair[1 - ends]), ("reset", b""), "RST")

        # Urgent data within lines keeps its place.
        talk = parley.Dialogue(t, server)
        pair = talk.app.sock, talk.server.sock
        seen = []
        read = Task(urgent.read_marked, pair[1 - ends], seen)
        pair[ends].send(b"OK a")
        pair[ends].send(b"!", socket.MSG_OOB)
        pair[ends].sendall(b" b\n")
        pair[ends].shutdown(socket.SHUT_WR)
        equal((read.result(), seen), (b"OK a! b\n", [4]), "urgent data")

        # Half a line at the end is the plugin's to judge: parley drops it.
        talk = parley.Dialogue(t, server)
        pair = talk.app.sock, talk.server.sock
        pair[ends].sendall(b"OK whole\nOK ha")
        pair[ends].close()
        equal(fate(pair[1 - ends]), ("eof", b"OK whole\n"), "half a line")

    # Nobody reads for a while: others go on, nothing is lost.
    stuck = parley.Dialogue(t, server)
    sent = Task(flood, stuck.server.sock)
    other = parley.Dialogue(t, server)
    for _ in range(50):
        equal(other.ask("HELLO", "OK"), "OK", "another channel")
    end, data = fate(stuck.app.sock)
    equal((end, len(data)), ("eof", sent.result()), "what was held up")

    # A server that is not there; one that the plugin never sees.
    server.close()
    parley.is_refused(t.at("ctl"), "no server")
