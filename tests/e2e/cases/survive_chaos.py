# SPDX-License-Identifier: BSD-2-Clause
"""Short connections of all kinds, opened, filled, half closed, reset and marked
urgent while the tunnel breaks in all ways: each goes as it would without adit.
ADIT_E2E_SEED throws the same dice again."""

import hashlib
import random
import socket
import threading
import time

from lib import link, ordeals
from lib.base import check, equal, pause
from lib.tcp import (Task, ask, dial, drink, fate, pour, read_exactly,
                     read_marked, reset)

TIMEOUT = 150
WORKERS, SECONDS = 16, 15
PATIENCE = 60           # of every socket: outages follow each other


def run(t):
    dice = ordeals.new_dice()
    way = link.Link(t)
    server = Server(t)
    t.resource("tcp", server.listener)
    t.up()
    at, end = t.at("tcp"), time.monotonic() + SECONDS
    workers = [Task(work, server, at, random.Random(dice.random()), end)
               for _ in range(WORKERS)]
    cuts = 0
    while time.monotonic() < end:
        pause(dice.random() ** 2)
        break_it(way, dice)
        cuts += 1
    done = [worker.result() for worker in workers]
    print(f"# {sum(done)} connections, {cuts} cuts")
    check(min(done) > 3, f"connections of each: {done}")
    check(not server.errors, f"servers: {server.errors[:3]}")
    check(link.session(t)["resumed"] > 3, "it was hardly cut")


def break_it(way, dice):
    how = dice.randrange(4)
    if how == 0:
        way.cut()
    elif how == 1:
        way.cut_near()
    else:
        way.go_dark(refuse=how == 2)
        pause(dice.random())
        way.cut()
        way.come_back()


def work(server, at, dice, end):
    """One connection after the other; how many."""
    count = 0
    while time.monotonic() < end:
        kind = dice.choice(list(KINDS))
        sock = dial(at, PATIENCE)
        size = int(10 ** (dice.random() * 6))
        sock.sendall(f"{kind} {size}\n".encode())
        if dice.random() < 0.2:
            pause(dice.random())
        KINDS[kind][0](sock, size)
        sock.close()
        count += 1
    return count


class Server:
    """The far ends; each does what the first line says."""

    def __init__(self, t):
        self.listener, self.errors = t.listen(), []
        self.listener.sock.settimeout(None)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            sock, _ = self.listener.sock.accept()
            sock.settimeout(PATIENCE)
            threading.Thread(target=self._answer, args=(sock,),
                             daemon=True).start()

    def _answer(self, sock):
        line = b""
        try:
            while not line.endswith(b"\n"):
                line += read_exactly(sock, 1)
            kind, size = line.decode().split()
            KINDS[kind][1](sock, int(size))
        except ConnectionResetError:
            pass                # a reset may overtake the first line
        except Exception as error:
            self.errors.append(f"{line}: {error!r}")
        finally:
            sock.close()


# -- each kind at the application, and at the server

def upload(sock, size):
    want = pour(sock, size)
    sock.shutdown(socket.SHUT_WR)
    equal(fate(sock), ("eof", f"{size} {want}".encode()), "the server's sum")


def uploaded(sock, _):
    sock.sendall("{} {}".format(*drink(sock)).encode())


def download(sock, size):
    sock.shutdown(socket.SHUT_WR)
    got = drink(sock)
    equal(got[0], size, "what the server sent")
    equal(got[1], digest_of(size), "checksum of it")


def downloaded(sock, size):
    equal(fate(sock), ("eof", b""), "an end behind the question")
    pour(sock, size)


def digest_of(size):
    """Of what pour() sends."""
    one, other = socket.socketpair()
    with one, other:
        reader = Task(drink, other)
        pour(one, size)
        one.shutdown(socket.SHUT_WR)
        return reader.result()[1]


def chat(sock, size):
    for _ in range(5):
        question = hashlib.sha256(b"%d" % size).digest()
        equal(ask(sock, question), question, "an echo")


def chatted(sock, _):
    while piece := sock.recv(4096):
        sock.sendall(piece)


def vanish(sock, size):
    sock.sendall(b"x" * min(size, 1000))
    reset(sock)


def vanished(sock, _):
    equal(fate(sock)[0], "reset", "the application's end")


def thrown_out(sock, size):
    try:
        sock.sendall(b"x" * size)
    except ConnectionResetError:
        return      # a reset is reported once: recv() would say end of file
    equal(fate(sock)[0], "reset", "the server's end")


def throw_out(sock, size):
    read_exactly(sock, min(size, 1000))
    reset(sock)


def urgent(sock, size):
    before = min(size, 50000)
    sock.sendall(b"a" * before)
    sock.send(b"!", socket.MSG_OOB)
    sock.sendall(b"b" * 100)
    sock.shutdown(socket.SHUT_WR)
    equal(fate(sock), ("eof", b"marked"), "the server's word")


def marked(sock, size):
    before, marks = min(size, 50000), []
    equal(read_marked(sock, marks), b"a" * before + b"!" + b"b" * 100, "bytes")
    equal(marks, [before], "the urgent mark")
    sock.sendall(b"marked")


KINDS = {
    "upload": (upload, uploaded), "download": (download, downloaded),
    "chat": (chat, chatted), "vanish": (vanish, vanished),
    "thrown": (thrown_out, throw_out), "urgent": (urgent, marked),
}
