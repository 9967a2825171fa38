# SPDX-License-Identifier: BSD-2-Clause
"""TLS 1.2, no ALPN, HTTP and noise are refused; users go on."""

import os
import socket
import ssl

from lib.base import check, equal, wait_for
from lib.base import fd_count
from lib.tcp import ask, dial


def talk(address, version=None, alpn="adit/1"):
    """What a TLS client gets: None where it is refused, else the bytes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    if alpn:
        context.set_alpn_protocols([alpn])
    try:
        with socket.create_connection(address, 20) as raw, \
             context.wrap_socket(raw) as sock:
            return sock.recv(100) or None
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError):
        return None


def raw(address, data):
    """What a client gets that sends no TLS at all."""
    with socket.create_connection(address, 20) as sock:
        try:
            sock.sendall(data)
            sock.settimeout(20)
            got = b""
            while more := sock.recv(1000):
                got += more
            return got
        except (ConnectionResetError, BrokenPipeError):
            return b""


def run(t):
    t.resource("echo", t.echo())
    t.up()
    address = t.gw.host, t.gw.port
    worker = t.gw.worker()
    before = fd_count(worker)
    for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_1:
        equal(talk(address, version), None, version.name)
    for alpn in None, "h2", "adit/2":
        equal(talk(address, None, alpn), None, f"ALPN {alpn}")
    noise = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"SSH-2.0-x\r\n",
             b"\x16\x03\x01\xff\xff" + b"A" * 70000, bytes(5000),
             os.urandom(20000)]
    for data in noise:
        got = raw(address, data)
        check(len(got) <= 7, f"{data[:9]!r} was answered {got[:60]!r}")
    wait_for(lambda: fd_count(worker) <= before, "its descriptors to close")
    equal(t.gw.worker(), worker, "the worker")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a user")
