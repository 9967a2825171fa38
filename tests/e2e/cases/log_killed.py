# SPDX-License-Identifier: BSD-2-Clause
"""The process that sends the log on is killed again and again beside transfers:
every byte arrives, no connection ends, the log goes on with each audit line; and
lines that find no room while it is away are counted."""

import collections
import hashlib
import os
import re
import signal
import socket
import threading

from lib.base import check, equal, kill, wait_for
from lib.tcp import ask, dial

ROOT = True
TIMEOUT = 90
KILLS = 6
PIECE = os.urandom(65536)


class Receiver:
    """What a syslog daemon would get: its messages."""

    def __init__(self, t):
        self.got = []
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(t.path("receiver"))
        os.chmod(t.path("receiver"), 0o666)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while data := self.sock.recv(65536):
            self.got.append(data.decode(errors="replace"))

    def wait(self, pattern):
        return wait_for(lambda: [m for m in self.got if re.search(pattern, m)],
                        f"/{pattern}/ at the receiver")

    def channels(self):
        """How often each number of bytes was the end of a connection."""
        found = (re.search(r' evt="channel".* to_server="(\d+)"', m)
                 for m in self.got)
        return collections.Counter(int(m[1]) for m in found if m)


class Transfer:
    """Through an echo, and compared."""

    def __init__(self, t, pieces):
        self.sock, self.pieces, self.over = dial(t.ag.at("echo")), pieces, None
        self.sock.settimeout(None)
        self.threads = [threading.Thread(target=f, daemon=True)
                        for f in (self._send, self._receive)]
        for thread in self.threads:
            thread.start()

    def _send(self):
        for _ in range(self.pieces):
            self.sock.sendall(PIECE)
        self.sock.shutdown(socket.SHUT_WR)

    def _receive(self):
        got = hashlib.sha256()
        while data := self.sock.recv(65536):
            got.update(data)
        self.over = got.hexdigest()

    def is_whole(self):
        want = hashlib.sha256()
        for _ in range(self.pieces):
            want.update(PIECE)
        return self.over == want.hexdigest()


def run(t):
    receiver = Receiver(t)
    t.gw.logs = False
    t.gw.conf["server"]["log"] = f"syslog:{t.path('receiver')}"
    t.resource("echo", t.echo())
    t.up()
    worker = t.gw.worker()
    transfers = [Transfer(t, t.size(1600, 200)) for _ in range(2)]
    number = 0
    for _ in range(KILLS):
        dead = wait_for(lambda: t.gw.json("stats")["log_pid"], "the process")
        for _ in range(4):
            number += 1
            connection(t, number)
        kill(dead)
        for _ in range(4):
            number += 1
            connection(t, number)
        wait_for(lambda: t.gw.json("stats")["log_pid"] not in (None, dead),
                 "another process")
    wait_for(lambda: all(one.over for one in transfers), "the transfers", 60)
    check(all(one.is_whole() for one in transfers), "other bytes")
    equal(t.gw.worker(), worker, "the worker")
    wait_for(lambda: set(range(1, number + 1)) <= set(receiver.channels()),
             "a line of each connection")
    # Killed between sending and taking it out, one comes twice: no more.
    twice = sum(n - 1 for n in receiver.channels().values())
    check(twice <= KILLS, f"{twice} lines came twice")
    equal(t.gw.json("stats")["log_lost"], 0, "lost lines")
    receiver.wait("the process that sends the log on ended: killed by")
    no_room(t, receiver)


def connection(t, size):
    with dial(t.ag.at("echo")) as sock:
        ask(sock, b"x" * size)


def no_room(t, receiver):
    """It stands still until the pipe is full, and is killed then."""
    dead = t.gw.json("stats")["log_pid"]
    kill(dead, signal.SIGSTOP)
    with open(f"/proc/{t.gw.worker()}/fd/2", "wb", buffering=0) as pipe:
        os.set_blocking(pipe.fileno(), False)
        while pipe.write(b"<7 1.000000>debug: filler " + b"x" * 4000 + b"\n"):
            pass

    def lost():
        connection(t, 1)
        return t.gw.json("stats")["log_lost"]

    wait_for(lambda: lost() > 0, "lost lines")
    kill(dead)
    wait_for(lambda: t.gw.json("stats")["log_waiting"] == 0, "an empty pipe")
    connection(t, 4321)
    told = receiver.wait(r"log lines lost here: \d+, of them audit lines: "
                         r"\d+; the receiver of the log took")
    counted = sum(int(re.search(r"lost here: (\d+)", m)[1]) for m in told)
    check(0 < counted <= t.gw.json("stats")["log_lost"], told)
    wait_for(lambda: receiver.channels()[4321], "the line after that")
