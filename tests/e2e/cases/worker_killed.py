# SPDX-License-Identifier: BSD-2-Clause
"""Each process of the gateway may die: it is replaced, users come back."""

from lib.base import equal, kill, running, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    t.may_die = True
    t.resource("echo", t.echo())
    server = t.echo("127.0.0.1")
    t.resource("named", host="localhost", port=server.port)
    t.up()
    sock = dial(t.ag.at("echo"))
    ask(sock)
    resolver = t.gw.part("resolver")
    kill(resolver)
    wait_for(lambda: replaced(t, "resolver", resolver), "a new resolver")
    equal(ask(sock), b"hello", "a channel, after the resolver")
    wait_for(lambda: works(t, "named"), "names to resolve again")
    worker = t.gw.worker()
    kill(worker)
    wait_for(lambda: replaced(t, "worker", worker), "a new worker")
    equal(fate(sock), ("reset", b""), "the channel of the worker")
    t.ag.wait_state("connected", 30)
    wait_for(lambda: works(t, "named"), "a channel, after the worker")
    others = [t.gw.worker(), t.gw.part("resolver")]
    kill(t.gw.process.pid)
    wait_for(lambda: not any(running(p) for p in others),
             "worker and resolver to end with the monitor")
    t.gw.process = None


def replaced(t, name, old):
    try:
        return t.gw.part(name) != old
    except AssertionError:
        return False


def works(t, name):
    try:
        with dial(t.ag.at(name)) as sock:
            return ask(sock) == b"hello"
    except (OSError, AssertionError):
        return False
