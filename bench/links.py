# SPDX-License-Identifier: BSD-2-Clause
"""The tunnels again, over a link between two network namespaces: the agent
and the applications are near, the gateway and the servers far."""

from tunnels import Direct, free_port, show, spawn, wait_for
from lib.base import listening
from lib.linked import Link
from lib.servers import program


class LinkedDirect(Direct):
    def __init__(self, t, server):
        self.link, self.where = t.link, (server.host, server.port)


class LinkedSsh(LinkedDirect):
    name = "ssh -L"

    def __init__(self, t, server):
        super().__init__(t, server)
        with t.link.far:
            daemon = t.sshd(t.link.far_ip)
        with t.link.near:
            self.where = t.server_ip, free_port(t.server_ip)
            spawn([program("ssh"), *daemon.options, "-N",
                   "-c", "aes128-gcm@openssh.com", "-p", str(daemon.port),
                   "-L", f"{show(self.where)}:{server.host}:{server.port}",
                   daemon.host], log=t.path("ssh.log"))
            wait_for(lambda: listening(*self.where), "ssh -L to listen")


class LinkedAdit(LinkedDirect):
    name = "adit"

    def __init__(self, t, server):
        super().__init__(t, server)
        with t.link.far:
            t.resource("bench", server)
            t.gw.start()
        with t.link.near:
            t.ag.up()
            t.ag.wait_state("connected")
            self.where = t.at("bench")


KINDS = [LinkedDirect, LinkedSsh, LinkedAdit]


def open_link(t, **how):
    t.link = Link(t.tool("bench/link"), **how)
    t.gateway_ip = t.link.far_ip
    return t.link
