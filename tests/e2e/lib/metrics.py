# SPDX-License-Identifier: BSD-2-Clause
"""Asks the web process of a gateway, by HTTP."""

import http.client
import re
import socket

from .base import Failure, check

OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PLAIN = "text/plain; version=0.0.4; charset=utf-8"
SAMPLE = re.compile(r'([a-z_]+)(\{(?:[a-z]+="[^"]*",?)*\})? (\S+)')


class Socket(http.client.HTTPConnection):
    """A connection to the socket at this path."""

    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.path)


def ask(at, url, headers=(), method="GET"):
    """(status, headers, text) of what stands at (host, port) or at a path."""
    http_to = (Socket(at) if isinstance(at, str) else
               http.client.HTTPConnection(*at, timeout=10))
    try:
        http_to.request(method, url, headers=dict(headers))
        reply = http_to.getresponse()
        return reply.status, reply.headers, reply.read().decode()
    finally:
        http_to.close()


def status(at, url):
    """None where nobody answers."""
    try:
        return ask(at, url)[0]
    except OSError:
        return None


def scrape(at, accept=OPEN):
    """{'name{label="value"}': number}"""
    code, headers, text = ask(at, "/metrics", {"Accept": accept})
    if code != 200:
        raise Failure(f"/metrics is answered {code}: {text}")
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = SAMPLE.fullmatch(line)
        check(match, f"not a sample: {line!r}")
        found[match.group(1) + (match.group(2) or "")] = float(match.group(3))
    return found
