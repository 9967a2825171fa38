# SPDX-License-Identifier: BSD-2-Clause
"""2000 connections that never shake hands, while a user logs in."""

import socket

from lib.base import equal, fd_count, rss_kb, wait_for
from lib.base import check
from lib.tcp import ask, dial

TIMEOUT = 120
COUNT = 2000


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    worker = t.gw.worker()
    before, memory = fd_count(worker), rss_kb(worker)
    address = t.gw.host, t.gw.port
    crowd = []
    for number in range(COUNT):
        sock = socket.create_connection(address, 20)
        if number % 2:
            sock.send(b"\x16\x03\x01\x02")      # begins a ClientHello
        crowd.append(sock)
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a user among the crowd")
    if not t.sanitized():
        grown = rss_kb(worker) - memory
        check(grown < 64 << 10, f"the worker grew by {grown} kB")
    for sock in crowd:
        sock.close()
    wait_for(lambda: fd_count(worker) < before + 20, "descriptors to close")
    equal(t.gw.worker(), worker, "the worker")
