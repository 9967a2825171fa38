# SPDX-License-Identifier: BSD-2-Clause
"""docs/protocol.md is enough: a client written from it alone logs in, attaches
and moves bytes.  TLS and its exporter come from GnuTLS, all else from the page."""

import ctypes
import hashlib
import hmac
import socket
import struct

from lib.adit import PASSWORD
from lib.base import check, equal

SECONDS = 10
CLIENT, DNS, CERTIFICATE = 2, 1, 1      # of GnuTLS
OPEN, OPENED, DATA, CLOSE, RESOURCES = 1, 2, 3, 4, 9
LOGIN, PROMPT, ANSWER, RESULT = 0x10, 0x11, 0x12, 0x13
ATTACH, ATTACHED, ACK, PING, PONG, GOAWAY = 0x18, 0x19, 0x20, 0x21, 0x22, 0x23
FIN, RESET, FIRST, LAST, FRESH, FINAL = 1, 2, 1, 2, 1, 1
DENIED, LOGGED_OUT = 6, 6               # a reason, a leave


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.gw.start()
    profile = login(t.gw)
    wire = Tunnel(t.gw, profile)
    resources = wire.expect(RESOURCES)
    equal(resources.flags, FIRST | LAST, "flags of RESOURCES")
    number, service, _, name = struct.unpack_from(">IBB5s", resources.payload)
    equal((service, name), (1, b"\4echo"), "the resource")

    wire.send(OPEN, open_payload(number, server.port), client=1)
    wire.send(DATA, b"hello", client=1)         # need not wait for OPENED
    opened = wire.expect(OPENED)
    equal((opened.client, opened.payload[:4]),
          (1, struct.pack(">I", 16384)), "OPENED")
    equal(wire.expect(DATA).payload, b"hello", "what the server says")
    wire.send(CLOSE, flags=FIN, client=1, server=opened.server)
    equal(wire.expect(CLOSE).flags, FIN, "the server's end")

    wire.send(OPEN, open_payload(number + 1000, server.port), client=2)
    refused = wire.expect(CLOSE)
    equal((refused.flags, refused.client, refused.server), (RESET, 2, 0),
          "a refusal")
    equal(refused.payload, b"\0\6\x0bnot-allowed", "its reason and text")

    wire.send(PING, b"12345678")
    equal(wire.expect(PONG).payload, b"12345678", "the answer to PING")
    wire.settle()
    wire.send(GOAWAY, struct.pack(">HIB", LOGGED_OUT, 0, 0), flags=FINAL)
    t.gw.wait_log('state=end reason="logged out"')
    equal(server.count, 1, "connections at the server")


def login(gw):
    """What RESULT carries: marker, session, secret and name of the gateway."""
    wire = Wire(gw)
    wire.send(LOGIN, str8(b"alice") + str8(b"page/1.0"))
    prompt = wire.expect(PROMPT)
    equal(prompt.payload[:3], b"\0\1\0", "one question, without echo")
    wire.send(ANSWER, b"\1" + struct.pack(">H", len(PASSWORD))
              + PASSWORD.encode())
    result = wire.expect(RESULT)
    equal(result.flags, 0, "flags of RESULT")
    marker, session, secret, _, grace, lifetime, length = struct.unpack_from(
        ">IQ32sBIIB", result.payload)
    check(grace > 0 and lifetime > 0, f"{grace} s, {lifetime} s")
    return marker, session, secret, result.payload[-length:]


def str8(text):
    return bytes([len(text)]) + text


def open_payload(resource, port):
    nowhere = struct.pack(">BH", 0, 0)
    return (struct.pack(">III", resource, 0, 16384) + nowhere * 2
            + struct.pack(">BH", 0, port) + b"\0")


class Frame:
    def __init__(self, header, read):
        (self.command, _, self.flags, _, self.marker, self.client, self.server,
         zero, size) = struct.unpack(">BBBBIIIHH", header)
        equal(zero, 0, "bytes that are zero")
        self.payload = read(size)


class Wire:
    """A TLS connection to the gateway, and the frames on it."""

    marker = 0

    def __init__(self, gw):
        self.tls = Tls(gw)

    def send(self, command, payload=b"", flags=0, client=0, server=0):
        self.tls.send(struct.pack(">BBBBIIIHH", command, 1, flags, 6,
                                  self.marker, client, server, 0,
                                  len(payload)) + payload)

    def next(self):
        frame = Frame(self.tls.read(20), self.tls.read)
        equal(frame.marker, self.marker, "the marker")
        return frame

    def expect(self, command):
        frame = self.next()
        equal(frame.command, command, "the command")
        return frame


class Tunnel(Wire):
    """The one of a session: ATTACH, and both counts of the session log."""

    def __init__(self, gw, profile):
        super().__init__(gw)
        self.marker, session, secret, name = profile
        self.sent = self.processed = self.acknowledged = 0
        about = struct.pack(">QIQ", session, 1, 0)
        said = b"adit/1 attach\0" + self.tls.exporter() + str8(name) + about
        self.send(ATTACH, about + hmac.digest(secret, said, hashlib.sha256))
        attached = self.expect(ATTACHED)
        equal((attached.flags, attached.payload), (FRESH, bytes(8)),
              "ATTACHED")

    def send(self, command, payload=b"", **header):
        super().send(command, payload, **header)
        self.sent += (20 + len(payload)) * (command < 0x10)

    def next(self):
        """The next frame but for ACK, which may come at any time."""
        frame = super().next()
        while frame.command == ACK:
            self.acknowledged, = struct.unpack(">Q", frame.payload)
            frame = super().next()
        if frame.command < 0x10:
            self.processed += 20 + len(frame.payload)
            super().send(ACK, struct.pack(">Q", self.processed))
        return frame

    def settle(self):
        """Waits until all that was sent is acknowledged."""
        while self.acknowledged < self.sent:
            frame = Frame(self.tls.read(20), self.tls.read)
            equal(frame.command, ACK, "what comes by itself")
            self.acknowledged, = struct.unpack(">Q", frame.payload)
        equal(self.acknowledged, self.sent, "bytes that ACK speaks of")


class Tls:
    """TLS 1.3 with ALPN adit/1, by GnuTLS: ssl of Python has no exporter."""

    def __init__(self, gw):
        self.lib = ctypes.CDLL("libgnutls.so.30")
        self.socket = socket.create_connection((gw.host, gw.port))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO,
                               struct.pack("ll", SECONDS, 0))
        self.session, self.trust = ctypes.c_void_p(), ctypes.c_void_p()
        self.call("certificate_allocate_credentials",
                  ctypes.byref(self.trust))
        self.call("init", ctypes.byref(self.session), CLIENT)
        self.call("priority_set_direct", self.session,
                  b"NORMAL:-VERS-ALL:+VERS-TLS1.3", None)
        self.call("credentials_set", self.session, CERTIFICATE, self.trust)
        self.call("alpn_set_protocols", self.session,
                  ctypes.byref(Datum(b"adit/1", 6)), 1, 0)
        fd = self.socket.fileno()
        self.lib.gnutls_transport_set_int2(self.session, fd, fd)
        self.call("handshake", self.session)

    def call(self, name, *args):
        result = getattr(self.lib, f"gnutls_{name}")(*args)
        check(result >= 0, f"gnutls_{name}: {result}")
        return result

    def send(self, data):
        equal(self.call("record_send", self.session, data,
                        ctypes.c_size_t(len(data))), len(data), "bytes sent")

    def read(self, size):
        got = b""
        room = ctypes.create_string_buffer(max(size, 1))
        while len(got) < size:
            n = self.call("record_recv", self.session, room,
                          ctypes.c_size_t(size - len(got)))
            check(n > 0, "the gateway has closed")
            got += room.raw[:n]
        return got

    def exporter(self):
        out = ctypes.create_string_buffer(32)
        label = b"EXPORTER-Channel-Binding"
        self.call("prf_rfc5705", self.session, ctypes.c_size_t(len(label)),
                  label, ctypes.c_size_t(0), b"", ctypes.c_size_t(32), out)
        return out.raw


class Datum(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_uint)]
