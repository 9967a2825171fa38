# SPDX-License-Identifier: BSD-2-Clause
"""`adit down`: no process, socket, listener or session is left."""

import os

from lib.base import check, equal, listening, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    t.resource("echo", t.echo())
    proxy = t.ag.socks()
    t.up()
    address = t.ag.at("echo")
    sock = dial(address)
    equal(ask(sock), b"hello", "the echo")
    check(t.ag.pid(), "no agent is running")
    t.ag.down()
    equal(fate(sock), ("reset", b""), "the open channel")
    wait_for(lambda: not t.ag.pid(), "the agent to end")
    check(not listening(*address), "the listener is left")
    check(not listening(*proxy), "the SOCKS listener is left")
    check(not os.path.exists(t.ag.conf["agent"]["control"]),
          "the control socket is left")
    wait_for(lambda: not t.gw.json("sessions")["sessions"],
             "the session to end at the gateway")
    status, _ = t.ag.call("status")
    check(status != 0, "status after down must fail")
    t.ag.up()
    equal(t.ag.at("echo"), address, "the address after another up")
