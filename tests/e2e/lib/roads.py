# SPDX-License-Identifier: BSD-2-Clause
"""Two network namespaces with a switch between them, whose cables can be
pulled: what a laptop sees of the networks that it comes through."""

import os
import time

from .base import Skip, check, wait_for
from .net import Namespace, ip
from .tcp import ask


class Roads:
    """`with roads.near:` is the agent's and its applications' machine, with
    the address 10.78.0.1 at near0, and near1, which has none yet.  `with
    roads.far:` is the gateway's, 10.78.0.2, 10.79.0.2 and, wherever one comes
    from, 10.99.0.1 and 10.99.0.2."""

    gateway = "10.99.0.1"

    def __init__(self, t):
        if os.getuid() != 0:
            raise Skip("needs root for network namespaces")
        self.t = t
        self.near, self.middle, self.far = (Namespace() for _ in range(3))
        t.gateway_ip = self.gateway
        with self.middle:
            ip("link", "add", "bridge", "type", "bridge", "forward_delay", "0")
            ip("link", "set", "bridge", "up")
        for name, ns in ("near0", self.near), ("near1", self.near), \
                ("far0", self.far):
            self._cable(name, ns)
        with self.far:
            self.address("10.78.0.2/24", "far0")
            self.address("10.79.0.2/24", "far0")
            self.address("10.99.0.1/32", "lo")
            self.address("10.99.0.2/32", "lo")
        with self.near:
            self.address("10.78.0.1/24")
            self.route("10.78.0.2")

    def _cable(self, name, ns):
        with self.middle:
            ip("link", "add", name, "type", "veth", "peer", "name", name,
               "netns", ns.path())
            ip("link", "set", name, "master", "bridge", "up")
        with ns:
            ip("link", "set", name, "up")

    @staticmethod
    def address(what, device="near0", word="add"):
        ip("addr", word, what, "dev", device)

    @staticmethod
    def route(via, word="add"):
        ip("route", word, "10.99.0.0/24", "via", via)

    def pull(self, name="near0"):
        """Out of the switch: the device has no carrier any more."""
        with self.middle:
            ip("link", "set", name, "down")

    def plug(self, name="near0"):
        with self.middle:
            ip("link", "set", name, "up")

    def up(self):
        """An echo behind gateway and agent; a connection to it."""
        with self.far:
            self.t.resource("echo", self.t.echo("10.99.0.1"))
            self.t.gw.start()
        with self.near:
            self.t.ag.up()
            self.t.ag.wait_state("connected")
            app = self.t.dial("echo")
            ask(app)
        return app


def answers(app, within, what):
    """The connection goes on, so many seconds from now."""
    begun = time.monotonic()
    app.settimeout(60)
    ask(app)
    took = time.monotonic() - begun
    check(took < within, f"{what}: {took:.1f} s until an answer")
    return took


def resumed(t, times):
    """How often the tunnel was replaced until now, as both sides say."""
    wait_for(lambda: t.ag.state() == "connected", "connected")
    session = t.gw.json("sessions")["sessions"][0]
    counts = session["resumed"], t.ag.status()["resumed"]
    check(counts == (times, times), f"resumed {counts}, not {times} times")
    return session
