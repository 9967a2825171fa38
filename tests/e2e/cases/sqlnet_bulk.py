# SPDX-License-Identifier: BSD-2-Clause
"""After ACCEPT the plugin reads nothing any more: bytes right behind it,
packets of any length and kind, both ways at once, and each end by itself."""

import socket

from lib import oracle, tns
from lib.base import equal
from lib.tcp import Task, drink, pour, reset

DIRECT = True


class Rest:
    """What a stream has already read, and then its socket."""

    def __init__(self, stream):
        self.stream = stream

    def recv(self, n):
        piece, self.stream.rest = self.stream.rest[:n], self.stream.rest[n:]
        return piece or self.stream.sock.recv(n)


def sides(size, version, done):
    """A database that pours behind ACCEPT, and drinks what comes."""
    def answer(call):
        call.send(tns.accept(version), b"on its heels")
        done.append(both(call.stream, size))
    return answer


def both(stream, size):
    """Pours and drinks at once: ((digest), (size, digest))."""
    heard = Task(drink, Rest(stream))
    digest = pour(stream.sock, size)
    stream.sock.shutdown(socket.SHUT_WR)
    return digest, heard.result()


def run(t):
    size = t.size(64 << 20, 8 << 20)
    done = []
    for version in 318, 314:
        db = oracle.server(t, sides(size, version, done))
        oracle.resource(t, db, f"v{version}")
        oracle.resource(t, oracle.server(t, oracle.redirect(db)),
                        f"scan{version}")
    oracle.resource(t, oracle.server(t, oracle.Database()), "node")
    t.up()
    for name in "v318", "v314", "scan318", "scan314":
        road = tns.login(t.at(name), tns.request())
        heels = b"on its heels"
        while len(road.stream.rest) < len(heels):
            road.stream.rest += road.stream.sock.recv(100)
        equal(road.stream.rest[:len(heels)], heels, name)
        road.stream.rest = road.stream.rest[len(heels):]
        sent, heard = both(road.stream, size)
        road.stream.close()
        far = t.parts[name][0]
        equal(heard, (size, sent), f"{name}: what the client got")
    for server in (t.parts["v318"][0], t.parts["v314"][0]):
        server.call()
    equal(done, [(sent, (size, sent))] * 4, "what the databases got")
    road = tns.login(t.at("node"), tns.request())
    equal(road.stream.ask(b"hello"), b"hello", "one more")
    reset(road.stream.sock)
    equal(type(t.parts["node"][0].ended().error), ConnectionResetError, "RST")

