# SPDX-License-Identifier: BSD-2-Clause
"""5000 connections that never shake hands, while a user logs in: from one
address, and from 200."""

import resource
import socket

from lib.base import Skip, check, equal, fd_count, rss_kb, wait_for
from lib.tcp import ask, dial

TIMEOUT = 120
COUNT = 5000


def run(t):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < 2 * COUNT:
        raise Skip(f"needs {2 * COUNT} descriptors, ulimit -Hn says {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    t.resource("echo", t.echo())
    t.gw.start()
    worker = t.gw.worker()
    before, memory = fd_count(worker), rss_kb(worker)
    crowd = gather(t, [f"{t.net}.9"])
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a user among the crowd")
    t.ag.down()
    leave(crowd)
    crowd = gather(t, [f"127.200.{t.number % 256}.{n}"
                       for n in range(1, 201)])
    wait_for(lambda: t.ag.call("up")[0] == 0, "a login among the many", 40)
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a user among the many")
    if not t.sanitized():
        grown = rss_kb(worker) - memory
        check(grown < 8 << 10, f"the worker grew by {grown} kB")
    leave(crowd)
    wait_for(lambda: fd_count(worker) < before + 20, "descriptors to close")
    equal(t.gw.worker(), worker, "the worker")


def gather(t, sources):
    """COUNT connections; every other one begins a ClientHello."""
    crowd = []
    for number in range(COUNT):
        source = sources[number % len(sources)], 0
        try:
            sock = socket.create_connection((t.gw.host, t.gw.port), 20,
                                            source)
            crowd.append(sock)
            if number % 2:
                sock.send(b"\x16\x03\x01\x02")
        except ConnectionError:
            pass                        # some may be turned away
    return crowd


def leave(crowd):
    for sock in crowd:
        sock.close()
