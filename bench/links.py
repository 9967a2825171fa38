# SPDX-License-Identifier: BSD-2-Clause
"""The tunnels again, over a link between two network namespaces: the agent
and the applications are near, the gateway and the servers far."""

import os
import subprocess

from tunnels import Stunnel, descendants, free_port, show, spawn, wait_for
from lib.base import die_with_parent, listening
from lib.linked import Link, raise_buffers
from lib.net import Namespace
from lib.servers import program


class LinkedDirect:
    """`where` has an address for each of the servers, by name."""

    name = "direct"

    def __init__(self, t, servers):
        self.link = t.link
        self.where = {name: (server.host, server.port)
                      for name, server in servers.items()}

    def ends(self):
        """Process ids of the near end and of the far end."""
        return [], []


class LinkedSsh(LinkedDirect):
    """Notices within 15 s that the other side is gone."""

    name = "ssh -L"
    flags = "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"

    def __init__(self, t, servers):
        super().__init__(t, servers)
        with t.link.far:
            daemon = t.sshd(t.link.far_ip)
        with t.link.near:
            forwards = []
            for name, server in servers.items():
                self.where[name] = t.server_ip, free_port(t.server_ip)
                forwards += ["-L", f"{show(self.where[name])}:{server.host}:"
                             f"{server.port}"]
            self.client = spawn(
                [program("ssh"), *daemon.options, *self.flags, "-N",
                 "-c", "aes128-gcm@openssh.com", "-p", str(daemon.port),
                 *forwards, daemon.host], log=t.path("ssh.log"))
            for where in self.where.values():
                wait_for(lambda: listening(*where), "ssh -L to listen")
        self.daemon = daemon.process

    def ends(self):
        return [self.client.pid], descendants(self.daemon.pid)


class LinkedStunnel(LinkedDirect):
    """A TLS connection for each TCP connection; for one server."""

    name = "stunnel"

    def __init__(self, t, servers):
        super().__init__(t, servers)
        (name, server), = servers.items()
        with t.link.far:
            middle = t.link.far_ip, free_port(t.link.far_ip)
            self.server = Stunnel.serve(t, server, middle)
        with t.link.near:
            self.where[name] = t.server_ip, free_port(t.server_ip)
            self.client = Stunnel.dial(t, middle, self.where[name])

    def ends(self):
        return [self.client.pid], [self.server.pid]


class LinkedAdit(LinkedDirect):
    name = "adit"

    def __init__(self, t, servers):
        super().__init__(t, servers)
        with t.link.far:
            for name, server in servers.items():
                t.resource(name, server)
            t.gw.start()
        with t.link.near:
            t.ag.up()
            t.ag.wait_state("connected")
            self.where = {name: t.at(name) for name in servers}
        self.t = t

    def ends(self):
        return [self.t.ag.pid()], [self.t.gw.worker()]


KINDS = [LinkedDirect, LinkedSsh, LinkedAdit]


class OtherLink:
    """A link by another program, as a second opinion:

        PROGRAM NEAR FAR DELAY_MS MBIT LOSS_PERCENT QUEUE_KB

    It finds the namespaces by name, makes a device in each, 10.99.0.1 and
    10.99.0.2, and writes a line when they are up."""

    near_ip, far_ip = "10.99.0.1", "10.99.0.2"

    def __init__(self, program, rate, delay, queue, loss=0.0):
        self.near, self.far = Namespace(), Namespace()
        # A name may be a path: no file is left where names are kept.
        os.makedirs("/run/netns", exist_ok=True)
        names = [os.path.relpath(ns.path(), "/run/netns")
                 for ns in (self.near, self.far)]
        self.process = subprocess.Popen(
            [program, *names, str(delay), str(rate), str(loss * 100),
             str(queue // 1024)], stdout=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent)
        self.process.stdout.readline()
        for ns in self.near, self.far:
            with ns:
                raise_buffers()

    def close(self):
        self.process.kill()
        self.process.wait()


def open_link(t, emulator=None, **how):
    t.link = OtherLink(emulator, **how) if emulator else \
        Link(t.tool("bench/link"), **how)
    t.gateway_ip = t.link.far_ip
    return t.link
