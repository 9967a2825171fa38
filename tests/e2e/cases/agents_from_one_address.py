# SPDX-License-Identifier: BSD-2-Clause
"""Many agents log in at once behind one address: above the limit they wait
instead of being reset, are told so, and get in."""

import socket
import ssl

from lib.base import check, equal, spawn, wait_for
from lib.tcp import ask, dial

ENOUGH = 64                     # before their login, of one source


def slow_agent(where):
    """Speaks TLS, and takes its time (up to 60 s) to say who it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["adit/1"])
    return context.wrap_socket(socket.create_connection(where, 20))


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    t.ag.write()
    others = [slow_agent((t.gw.host, t.gw.port)) for _ in range(ENOUGH)]
    log = t.path("up.log")
    up = spawn(t.ag.command("up"), log=log, env=t.ag.env)

    def said():
        with open(log) as f:
            return f.read()

    wait_for(lambda: "not logged in yet: " in said(), "up to say why it waits")
    check("it does not begin to speak TLS" in said(), said())
    t.gw.wait_log("the connection from .* waits for its turn, .* 64 are about")
    # One goes, and the next one's turn has come.
    others.pop().close()
    wait_for(lambda: up.poll() is not None, "up to end")
    equal(up.returncode, 0, said())
    t.ag.is_up = True
    equal(ask(dial(t.ag.at("echo"))), b"hello", "the connection")
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        check("again in" not in f.read(), "a second try")
