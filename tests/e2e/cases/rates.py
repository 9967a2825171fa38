# SPDX-License-Identifier: BSD-2-Clause
"""rate_to_server and rate_to_client: two users have equal parts of a gateway's
rate, one alone has all of it, a user's own rate is kept, and small requests of
others are quick meanwhile; a reload and an upgrade change them for sessions
that live."""

import threading
import time

from lib.base import check, slowness
from lib.tcp import Listener, ask, dial

TIMEOUT = 60
MB = 1000000
PIECE = bytes(65536)
TRIES = 4
# Long enough for some 36 turns of 25 ms.
MEASURED_S = 0.9


class Mover(Listener):
    """Who says `d` gets bytes without end; all others are counted."""

    def __init__(self, host):
        super().__init__(host)
        self.got = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        self.sock.settimeout(None)
        while True:
            threading.Thread(target=self._move, args=(self.sock.accept()[0],),
                             daemon=True).start()

    def _move(self, sock):
        sock.settimeout(None)
        try:
            if sock.recv(1) == b"d":
                while True:
                    sock.sendall(PIECE)
            while piece := sock.recv(65536):
                self.got += len(piece)
        except OSError:
            pass


class Transfer:
    """One that goes on until it is closed; counts what has arrived."""

    def __init__(self, agent, name, mover, up):
        self.sock, self.mover, self.up, self.n = \
            dial(agent.at(name)), mover, up, 0
        self.sock.settimeout(None)
        self.sock.sendall(b"u" if up else b"d")
        threading.Thread(target=self._move, daemon=True).start()

    def _move(self):
        try:
            while self.up:
                self.sock.sendall(PIECE)
            while piece := self.sock.recv(65536):
                self.n += len(piece)
        except OSError:
            pass

    def arrived(self):
        return self.mover.got if self.up else self.n

    def close(self):
        self.sock.shutdown(2)
        self.sock.close()


def speeds(*transfers):
    """MB/s of each, once they have found their speed."""
    time.sleep(0.4)
    before, start = [one.arrived() for one in transfers], time.monotonic()
    time.sleep(MEASURED_S)
    took = time.monotonic() - start
    return [(one.arrived() - was) / took / MB
            for one, was in zip(transfers, before)]


def slowest(agent, name, n=60):
    """Of small requests, in seconds."""
    worst = 0.
    with dial(agent.at(name)) as sock:
        for _ in range(n):
            start = time.monotonic()
            ask(sock)
            worst = max(worst, time.monotonic() - start)
            time.sleep(0.005)
    return worst


def between(low, high, measure, what):
    """Measured again where something else kept the machine busy."""
    for _ in range(TRIES):
        got = measure()
        slow = slowness()
        if all(low / slow <= one <= high * slow for one in got):
            return
    check(False, f"{what}: {got}, not {low} to {high}")


def run(t):
    movers = {}
    t.resource("echo", t.echo())
    for name in "one", "two":
        movers[name] = Mover(t.gateway_ip)
        t.resource(name, movers[name])
    t.gw.set(rate_to_client=20 * MB, rate_to_server=20 * MB)
    agents = [t.ag]
    for name in "bob", "carol":
        t.gw.user(name)
        agents.append(t.agent(name=name, user=name))
    t.up()
    for agent in agents[1:]:
        agent.up()
    for up in False, True:
        shared(agents, movers, up)
    t.gw.set(rate_to_client=0, rate_to_server=0)
    t.gw.conf["user alice"] = {"rate_to_client": 5 * MB}
    own(t, movers)


def shared(agents, movers, up):
    way = "to the server" if up else "to the client"
    alone = Transfer(agents[0], "one", movers["one"], up)
    between(18, 22, lambda: speeds(alone), f"MB/s {way}, alone")
    other = Transfer(agents[1], "two", movers["two"], up)
    between(9, 11, lambda: speeds(alone, other), f"MB/s {way}, of two users")
    between(0, 0.15, lambda: [slowest(agents[2], "echo")],
            f"s of a request, {way}")
    alone.close()
    other.close()


def own(t, movers):
    """The transfer begins under no limit, and is under one after a reload."""
    t.gw.conf["user alice"]["rate_to_client"] = 0
    t.gw.reload()
    down = Transfer(t.ag, "one", movers["one"], False)
    between(30, 1e6, lambda: speeds(down), "MB/s without a limit")
    t.gw.conf["user alice"]["rate_to_client"] = 5 * MB
    t.gw.reload()
    between(4.75, 5.25, lambda: speeds(down), "MB/s of a user's rate")
    t.gw.ctl("upgrade")
    between(4.75, 5.25, lambda: speeds(down), "MB/s after an upgrade")
    down.close()
