# SPDX-License-Identifier: BSD-2-Clause
"""A SOCKS5 client that shows the reply code."""

import ipaddress
import select
import socket

from .tcp import dial, read_exactly

GRANTED, NOT_ALLOWED = 0, 2


def target(host):
    try:
        packed = ipaddress.ip_address(host).packed
        return (b"\1" if len(packed) == 4 else b"\4") + packed
    except ValueError:
        return b"\3" + bytes([len(host)]) + host.encode()


def begin(proxy, host, port):
    """A socket on which the reply to a CONNECT comes."""
    sock = dial(proxy)
    sock.sendall(b"\5\1\0")
    assert read_exactly(sock, 2) == b"\5\0"
    sock.sendall(b"\5\1\0" + target(host) + port.to_bytes(2, "big"))
    return sock


def has_reply(sock):
    return bool(select.select([sock], [], [], 0)[0])


def reply(sock):
    """Its code; what the server says follows."""
    head = read_exactly(sock, 4)
    rest = {1: 4, 4: 16}.get(head[3]) or read_exactly(sock, 1)[0]
    read_exactly(sock, rest + 2)
    return head[1]


def connect(proxy, host, port):
    """(reply code, connected socket) for a CONNECT through the proxy."""
    sock = begin(proxy, host, port)
    return reply(sock), sock


def refused(proxy, host, port):
    """The reply code of a connection that must not come about."""
    try:
        code, sock = connect(proxy, host, port)
        sock.close()
        return code
    except (ConnectionResetError, socket.timeout):
        return "reset"
