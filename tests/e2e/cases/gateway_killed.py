# SPDX-License-Identifier: BSD-2-Clause
"""The gateway dies and comes back: the agent logs in again by itself."""

import signal

from lib.base import equal, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    t.resource("echo", t.echo())
    t.up()
    address = t.ag.at("echo")
    sock = dial(address)
    ask(sock)
    t.gw.stop(signal.SIGKILL)
    t.ag.wait_state("reconnecting")
    t.gw.start()
    t.ag.wait_state("connected", 30)
    equal(fate(sock), ("reset", b""), "the channel of the lost session")
    equal(t.ag.at("echo"), address, "the address of the resource")
    equal(ask(dial(address)), b"hello", "a new channel")
    wait_for(lambda: len(t.gw.json("sessions")["sessions"]) == 1,
             "one session")
