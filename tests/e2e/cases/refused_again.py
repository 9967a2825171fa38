# SPDX-License-Identifier: BSD-2-Clause
"""A server that refuses: the first application hears RST; for a second after it
connect() itself fails, at that port only; when the server is back it is reached."""

import errno
import time

from lib.base import equal, wait_for
from lib.tcp import Listener, ask, dial, fate

DIRECT = True


def run(t):
    server, other = t.listen(), t.echo()
    t.resource("two", server, other)
    t.up()
    here, there = t.at("two", 0), t.at("two", 1)
    server.close()
    for _ in range(3):
        wait_for(lambda: tried(here) == "reset" or t.direct, "a RST")
        begun = time.monotonic()
        told = [tried(here) for _ in range(5)]
        if time.monotonic() - begun < 0.5:      # else the machine is too busy
            equal(told, ["refused"] * 5, "what connect() says after the RST")
    if not t.direct:
        equal(taken(here), errno.EADDRINUSE, "who else wants the port meanwhile")
    equal(ask(dial(there)), b"hello", "another port of the resource")
    server = Listener(server.host, server.port)
    wait_for(lambda: tried(here) == "open", "the server to be reached again")


def taken(at):
    try:
        Listener(*at).close()
        return 0
    except OSError as error:
        return error.errno


def tried(at):
    try:
        sock = dial(at)
    except ConnectionRefusedError:
        return "refused"
    except ConnectionResetError:
        return "reset"
    with sock:
        sock.settimeout(0.3)
        try:
            return fate(sock)[0]
        except TimeoutError:
            return "open"
