# SPDX-License-Identifier: BSD-2-Clause
"""The web pages as HTTP: keep-alive, pipelining, half requests that fill all
places of a source and keep nobody else out, floods, rates; agents go on, and
without `web = yes` there are no pages."""

import re
import ssl

from lib import pages
from lib.base import Failure, check, equal, wait_for
from lib.pages import Browser

NEEDS = ["curl"]
GET = b"GET /style.css HTTP/1.1\r\nHost: gateway.test\r\n\r\n"


def run(t):
    t.resource("echo", t.echo())
    t.up()
    refuses(t, "http/1.1")
    pages.switch_on(t)
    t.gw.reload()
    wait_for(lambda: answers(t), "the web process")
    together(t)
    floods(t)
    rate(t)
    crowd(t)
    equal(t.ag.state(), "connected", "the agent's state")
    refuses(t, "h2")


def refuses(t, protocol):
    try:
        pages.tls(t.gw, protocol).close()
    except ssl.SSLError:
        return
    raise Failure(f"{protocol} is spoken")


def read(sock, n):
    """n responses to GET."""
    got = b""
    while got.count(b"HTTP/1.1 ") < n or len(got) < n * 1000:
        more = sock.recv(65536)
        if not more:
            break
        got += more
    return got


def answers(t):
    with pages.tls(t.gw) as sock:
        sock.sendall(GET)
        return b"200 OK" in read(sock, 1)


def together(t):
    with pages.tls(t.gw) as sock:
        sock.sendall(GET * 5)
        equal(read(sock, 5).count(b"HTTP/1.1 200 OK"), 5, "pipelined")
        sock.sendall(GET[:30])
        sock.sendall(GET[30:])
        equal(read(sock, 1).count(b"HTTP/1.1 200 OK"), 1, "kept alive")


def floods(t):
    """More than a request may be, without an end."""
    for what in b"A" * 300000, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50000:
        with pages.tls(t.gw) as sock:
            try:
                sock.sendall(what)
                said = read(sock, 1)
            except OSError:
                said = b""
            check(not re.match(rb"HTTP/1.1 [23]", said), said[:100])


def rate(t):
    with pages.tls(t.gw) as sock:
        sock.sendall(GET * 70)
        check(b"429 Too Many" in read(sock, 70), "too many requests")


def crowd(t):
    """Half requests in all places of this source."""
    held = [pages.tls(t.gw) for _ in range(32)]
    for sock in held:
        sock.sendall(GET[:20])
    with pages.tls(t.gw) as sock:
        check(not answer_of(sock, GET), "one more than may be")
    far = Browser(t, "far", source="127.0.1.1")
    far.get("/login")
    t.ag.down()
    t.ag.up()
    for sock in held:
        sock.close()
    wait_for(lambda: answers(t), "a place")


def answer_of(sock, what):
    """The answer, if there is one."""
    try:
        sock.sendall(what)
        return sock.recv(100)
    except OSError:
        return b""
