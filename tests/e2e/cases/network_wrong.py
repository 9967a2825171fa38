# SPDX-License-Identifier: BSD-2-Clause
"""On the way to the gateway somebody else answers for a while, or nobody after
the TCP connection stands: a captive portal with a page, one with a certificate,
a proxy that says no more.  The agent tells what it meets, and goes on with the
same session and connection when the gateway is back."""

from lib import link
from lib.base import equal, matches, wait_for
from lib.tcp import ask

TIMEOUT = 60
VARIANTS = "page", "certificate", "silence"
PAGE = (b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n"
        b"Content-Type: text/html\r\nContent-Length: 30\r\n\r\n"
        b"<html>Accept the terms.</html>")
REASON = {"page": "(?i)http", "certificate": "(?i)pin|certificate",
          "silence": "does not answer"}


def run(t, variant):
    way = link.Link(t)
    t.resource("echo", t.echo())
    t.up()
    app = t.dial("echo")
    ask(app)
    before = link.session(t)["session"]
    met = []
    real = way.target
    if variant == "certificate":
        other = t.gateway("other", host=f"{t.net}.9").start()
        way.target = other.host, other.port
    else:
        way.instead = lambda near: (met.append(near), talk(near, variant))
    way.cut()
    app.sendall(b"asks ")
    # Once is enough where each time takes until the agent's timeout.
    times = 1 if variant == "silence" else 2
    wait_for(lambda: len(met) >= times or tried(t, variant), "to be met")
    way.target, way.instead = real, None
    app.settimeout(40)
    equal(app.recv(5), b"asks ", "what was sent meanwhile")
    ask(app)
    link.resumed(t, 1)
    equal(link.session(t)["session"], before, "the session")
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        matches(REASON[variant], f.read(), "what the agent says of it")
    equal(t.ag.status()["segment"], None, "segment: size was not the reason")


def tried(t, variant):
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        return variant == "certificate" and f.read().count("; again in") > 2


def talk(near, variant):
    if variant == "page":
        near.recv(4096)
        near.sendall(PAGE)
        near.close()
