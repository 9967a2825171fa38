# SPDX-License-Identifier: BSD-2-Clause
"""TCP urgent data: sent, announced, read out of band and in line."""

import select
import socket

from .base import check, equal, wait_for
from .tcp import TIMEOUT, Task, read_exactly, read_marked


def hear_one(sender, receiver):
    """A lone urgent byte is announced, and can be read out of band."""
    sender.send(b"!", socket.MSG_OOB)
    poll = select.poll()
    poll.register(receiver, select.POLLPRI)
    check(poll.poll(10000), "a lone urgent byte was not announced")
    receiver.settimeout(None)   # else python waits for ordinary data first
    equal(receiver.recv(1, socket.MSG_OOB), b"!", "the lone urgent byte")
    receiver.settimeout(TIMEOUT)
    sender.sendall(b"after")
    equal(read_exactly(receiver, 5), b"after", "ordinary data after it")


def check_marks(sender, receiver):
    """Urgent bytes within data stand at their places, and nothing is lost."""
    seen, want, data = [], [], b""
    read = Task(read_marked, receiver, seen)
    for part in b"abc", b"x" * 5000, b"", b"IAC":
        sender.sendall(part)
        sender.send(b"!", socket.MSG_OOB)
        sender.sendall(b"tail")
        want.append(len(data + part))
        data += part + b"!tail"
        # TCP knows one mark at a time: the next only after this was seen.
        wait_for(lambda: len(seen) >= len(want),
                 f"urgent byte at {want[-1]}, only {seen}")
    sender.shutdown(socket.SHUT_WR)
    equal(read.result(), data, "the bytes")
    equal(seen, want, "the places of urgent bytes")
