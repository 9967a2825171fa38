# SPDX-License-Identifier: BSD-2-Clause
"""A server of this machine that wants a resource's port at every address finds it
in use: adit status says so, and both cures that it names work."""

import errno

from lib.base import equal, free_port, matches
from lib.tcp import Listener, ask, dial


def run(t):
    t.resource("echo", t.echo())
    # Not the server's, which runs on this machine too.
    port = free_port("0.0.0.0")
    t.ag.conf["listen echo"] = {"port": port}
    t.up()
    equal(wants("0.0.0.0", port), errno.EADDRINUSE, "at every address")
    status = " ".join(t.ag.call("status")[1].split())
    matches(r"0\.0\.0\.0.*in use.*127\.0\.0\.1.*\[listen", status, "status")
    equal(wants("127.0.0.1", port), 0, "at 127.0.0.1")
    t.ag.conf["listen echo"] = {"port": free_port("0.0.0.0")}
    t.ag.write()
    t.ag.ctl("reload")
    equal(wants("0.0.0.0", port), 0, "at every address, from now on")
    equal(ask(dial(t.ag.listeners("echo")[0])), b"hello", "the resource")


def wants(host, port):
    """What a server hears that listens there; 0: it can."""
    try:
        Listener(host, port).close()
        return 0
    except OSError as error:
        return error.errno
