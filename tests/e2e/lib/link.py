# SPDX-License-Identifier: BSD-2-Clause
"""The way between agent and gateway, which can be cut, go dark and come back."""

import os
import socket
import struct
import threading

from .base import check, show, wait_for
from .tcp import dial

# How long the dark lasts where its length is not the point.
DARK = float(os.environ.get("ADIT_E2E_DARK", "2"))


class Wire:
    """One connection through the link."""

    def __init__(self, link, near):
        self.near, self.far = near, socket.socket()
        self.dark = False       # what comes is swallowed
        self.carried = 0
        self.share = link.share
        self.room = threading.Condition()
        if link.source:
            self.far.bind((link.source, 0))
        self.far.connect(link.target)
        for sock in near, self.far:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Before the first byte passes: a cut must find it.
        link.wires.append(self)
        for one, other in (near, self.far), (self.far, near):
            threading.Thread(target=self._carry, args=(one, other),
                             daemon=True).start()

    def _carry(self, one, other):
        try:
            while piece := one.recv(65536):
                with self.room:
                    self.room.wait_for(lambda: not self.is_full())
                if not self.dark and not self._pass_on(other, piece):
                    return
        except OSError:
            pass
        # In the dark nobody hears of an end either.
        self.end(one, *([] if self.dark else [other]))

    def _pass_on(self, other, piece):
        """False: its reader has gone.  What that one said last is still read
        by the other thread, which then ends both."""
        try:
            other.sendall(piece)
        except OSError:
            return False
        self.carried += len(piece)
        return True

    def carry_no_more_than(self, share):
        """So many bytes from now on; then everything waits."""
        self.share = self.carried + share

    def is_full(self):
        share = self.share
        return share is not None and self.carried >= share

    def carry_on(self):
        with self.room:
            self.share = None
            self.room.notify_all()

    @staticmethod
    def end(*socks):
        for sock in socks:
            try:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                struct.pack("ii", 1, 0))
                sock.shutdown(socket.SHUT_RDWR)     # wakes its thread
                sock.close()
            except OSError:
                pass


class Link:
    """A relay at an address of its own: where the agent finds the gateway.
    With `upgrade` another aditd takes over whenever the dark is at its end."""

    def __init__(self, t, host=None, upgrade=False):
        self.upgrade = upgrade
        self.t, self.target = t, (t.gw.host, t.gw.port)
        self.instead = None     # of the gateway: gets each new connection
        self.source = None      # from where the gateway sees the agent come
        self.wires = []
        self.share = None       # how many bytes each new wire carries
        self.open = threading.Event()
        self.open.set()
        self._listen(host or f"{t.net}.3", 0)
        t.ag.conf["agent"]["gateway"] = show((self.host, self.port))

    def _listen(self, host, port):
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((host, port))
        self.sock.listen(64)
        self.host, self.port = self.sock.getsockname()
        threading.Thread(target=self._serve, args=(self.sock,),
                         daemon=True).start()

    def _serve(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            # The kernel has said yes; a silent link says no more.
            self.open.wait()
            try:
                (self.instead or self._wire)(near)
            except OSError:
                Wire.end(near)

    def _wire(self, near):
        Wire(self, near)

    def hold(self):
        """What is sent from now on waits in the link."""
        for wire in self.wires:
            wire.carry_no_more_than(0)

    def cut(self):
        """Both ends of all connections are reset."""
        for wire in self.wires:
            Wire.end(wire.near, wire.far)
            wire.carry_on()     # into nothing
        self.wires = []

    def cut_near(self):
        """The agent's end is reset; the gateway hears nothing."""
        for wire in self.wires:
            wire.dark = True
            Wire.end(wire.near)

    def go_dark(self, refuse=False):
        """Swallows everything; new connections are refused, or get silence."""
        self.open.clear()
        for wire in self.wires:
            wire.dark = True
        if refuse:
            Wire.end(self.sock)

    def come_back(self):
        """For new connections; what was swallowed is lost."""
        if self.upgrade:
            self.t.gw.ctl("upgrade")
        self.open.set()
        if self.sock.fileno() < 0:
            self._listen(self.host, self.port)


def resumed(t, times, within=30):
    """Waits until the agent has come back so often."""
    def is_so():
        status = t.ag.status()
        return status["state"] == "connected" and status["resumed"] >= times
    wait_for(is_so, f"resumed {times} times", within)


def session(t):
    """The one session that there is, as aditctl has it."""
    found = t.gw.json("sessions")["sessions"]
    check(len(found) == 1, f"one session, not {found}")
    return found[0]


def works(addr):
    """Whether an echo behind the tunnel answers a new connection."""
    try:
        with dial(addr, 5) as sock:
            sock.sendall(b"hello")
            return sock.recv(5) == b"hello"
    except OSError:
        return False
