# SPDX-License-Identifier: BSD-2-Clause
"""Logins by hand: frames of docs/protocol.md, 3, from any address."""

import socket
import ssl
import struct

from .base import Failure, check

LOGIN, PROMPT, ANSWER, RESULT = 0x10, 0x11, 0x12, 0x13
TRIES = 1                       # LOGIN: its sender knows leave 13
REFUSED = 2
DENIED, BUSY, TOO_MANY = 1, 10, 13


def _frame(command, payload, flags=0):
    return struct.pack("!BBBBIIIHH", command, 1, flags, 6, 0, 0, 0, 0,
                       len(payload)) + payload


def _str8(text):
    return bytes([len(text)]) + text.encode()


class Login:
    """One try, which `result` waits for."""

    def __init__(self, gateway, user, password, source=None, flags=TRIES,
                 certificate=None, asked=True, more=b""):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["adit/1"])
        if certificate:
            context.load_cert_chain(*certificate)
        sock = socket.create_connection(
            (gateway.host, gateway.port), 60, source and (source, 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(sock)
        self.sock.sendall(_frame(LOGIN, _str8(user) + _str8("by hand") + more,
                                 flags))
        if asked:
            check(self._next()[0] == PROMPT, "not asked for a password")
            self.answer(password)

    def answer(self, *texts):
        data = bytes([len(texts)])
        for text in texts:
            raw = text.encode()
            data += struct.pack("!H", len(raw)) + raw
        self.sock.sendall(_frame(ANSWER, data))

    def asked(self, count=1):
        """The text of the first one of the questions that come next."""
        command, _, data = self._next()
        check(command == PROMPT, f"{command} instead of PROMPT")
        info = data[0]
        check(data[info + 1] == count, f"other questions: {data}")
        size = data[info + 3]
        return data[info + 4:info + 4 + size].decode()

    def _next(self):
        head = self._read(20)
        return head[0], head[2], self._read(struct.unpack("!H", head[18:])[0])

    def _read(self, size):
        data = b""
        while len(data) < size:
            more = self.sock.recv(size - len(data))
            if not more:
                raise Failure("the gateway ended a login")
            data += more
        return data

    def result(self):
        """(leave, ms to wait, text); leave 0: logged in."""
        command, flags, data = self._next()
        check(command == RESULT, f"{command} instead of RESULT")
        self.close()
        if not flags & REFUSED:
            return 0, 0, ""
        leave, wait, size = struct.unpack("!HIB", data[:7])
        return leave, wait, data[7:7 + size].decode()

    def close(self):
        self.sock.close()
