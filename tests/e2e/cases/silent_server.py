# SPDX-License-Identifier: BSD-2-Clause
"""A server that never answers: other connections go on, and one that the
application gives up is not waited for."""

from types import SimpleNamespace

from lib.base import equal, wait_for
from lib.tcp import ask, dial, reset

NET = True


def run(t):
    t.resource("silent", SimpleNamespace(host="10.67.0.1", port=80))
    t.resource("echo", t.echo())
    mute = t.listen()
    t.resource("mute", mute)
    t.up()
    addresses = [t.ag.at("silent"), t.ag.at("mute")]
    waiting = [dial(address) for address in addresses * 50]
    for sock in waiting:
        sock.sendall(b"anybody there?")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "another resource")
    for sock in waiting:
        reset(sock)
    mute.close()
    wait_for(lambda: not [c for c in t.gw.json("channels")["channels"]
                          if c["resource"] == "silent"],
             "the channels that never opened to go")
