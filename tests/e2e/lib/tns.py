# SPDX-License-Identifier: BSD-2-Clause
"""Oracle Net (TNS): packets made and taken apart, name/value texts, and a
client made of a socket.

What the integers mean and where they stand: TNS headers are big-endian, with
a length of 16 bits until an ACCEPT of version 315 or later, and of 32 bits in
all packets that follow it.
"""

import re
import select
import socket
import struct

from .base import Failure, check, equal
from .tcp import TIMEOUT, at_mark, dial, fate

CONNECT, ACCEPT, REFUSE, REDIRECT, DATA = 1, 2, 4, 5, 6
RESEND, MARKER, CONTROL = 11, 12, 14
URGENT = -1             # no packet, but an urgent byte between two packets
NAMES = {1: "CONNECT", 2: "ACCEPT", 4: "REFUSE", 5: "REDIRECT", 6: "DATA",
         11: "RESEND", 12: "MARKER", 14: "CONTROL", URGENT: "!"}

RDS, RDR = 0x02, 0x04   # flags: with connect data; redirected
EOF = 0x0040            # data flag
LONGEST = 230           # of a text within CONNECT
LIMIT = 1 << 21         # of a packet
OOB, ATTENTION = 0x0400, 0x0200         # service options
CHECK_OOB = 0x00000001                  # flags 2 of CONNECT and of ACCEPT
MARK_BREAK, MARK_RESET = 1, 2


# -- packets

def packet(kind, body=b"", flags=0, big=False):
    length = 8 + len(body)
    head = struct.pack(">I", length) if big else struct.pack(">HH", length, 0)
    return head + bytes([kind, flags, 0, 0]) + body


def data(payload, flags=0, big=False):
    return packet(DATA, struct.pack(">H", flags) + payload, big=big)


def marker(value, big=False):
    return packet(MARKER, bytes([1, 0, value]), big=big)


def connect(text, version=319, options=0x0001, flags=0, flags2=0, offset=74):
    """CONNECT, and its text behind it in DATA where it is too long.

    `offset` is where the text stands: 74, or 70, 58 and 34 of old clients."""
    text = text.encode() if isinstance(text, str) else text
    head = struct.pack(
        ">HHHHHHHHHHIBB", version, 300, options, 8192, 65535, 0x4f98, 0, 1,
        len(text), offset, 0, 0x84, 0x84)
    head += bytes(24) + struct.pack(">IIII", 8192, 65535, 0, flags2)
    head = head[:offset - 8]
    if len(text) > LONGEST:
        return packet(CONNECT, head, flags) + data(text)
    return packet(CONNECT, head + text, flags)


def accept(version=318, options=0x0001, flags2=0):
    """ACCEPT: 32 bytes up to version 314, 41 up to 317, 45 from 318 on."""
    length = 32 if version < 315 else 41 if version < 318 else 45
    sdu = 32767 if version < 315 else 65535
    body = struct.pack(">HHHHHHHBB4xHH", version, options, 8192, sdu, 1, 0,
                       length, 0x04, 0x0c, 0, 0)
    body += struct.pack(">IIBI", 8192, 65535, 0, flags2)
    return packet(ACCEPT, body[:length - 8])


def refuse(code, inline=True):
    text = (f"(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR={code})(ERROR_STACK="
            f"(ERROR=(CODE={code})(EMFI=4))))").encode()
    head = b"\x22\0" + struct.pack(">H", len(text))
    if inline:
        return packet(REFUSE, head + text)
    return packet(REFUSE, head) + data(text)


class Packet:
    """One packet that came, or an urgent byte."""

    def __init__(self, whole, urgent=False):
        self.whole, self.body = whole, whole[8:]
        self.kind = URGENT if urgent else whole[4]
        self.flags = 0 if urgent else whole[5]
        self.name = NAMES[self.kind]

    def u16(self, at):
        """A number, by its offset from the start of the packet."""
        return struct.unpack_from(">H", self.whole, at)[0]

    def u32(self, at):
        return struct.unpack_from(">I", self.whole, at)[0]

    @property
    def payload(self):
        return self.body[2:]


class Stream:
    """One end of a connection, read packet by packet.

    Urgent bytes are no part of any packet.  Each is an event of its own, in
    front of the packet before or within which it stands: so the order of the
    events tells its place."""

    def __init__(self, sock, plain=True):
        self.sock, self.plain = sock, plain
        self.big = False
        self.rest, self.at = b"", 0
        self.urgent = []        # (place, byte), not yet told
        self.noted = 0          # how many have come
        if plain:               # only then can the mark be asked for
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _fill(self):
        """Reads some more; False at the end."""
        if self.plain:
            poll = select.poll()        # select knows 1,024 descriptors
            poll.register(self.sock, select.POLLIN)
            if not poll.poll(TIMEOUT * 1000):
                raise TimeoutError("no packet came")
            if at_mark(self.sock) and (byte := self.sock.recv(1)):
                self.urgent.append((self.at + len(self.rest), byte))
                self.noted += 1
                return True
        more = self.sock.recv(65536)
        self.rest += more
        return bool(more)

    def _due(self, n):
        """Whether an urgent byte stands before or within the next n bytes."""
        return self.urgent and self.urgent[0][0] < self.at + n

    def _need(self, n):
        """Waits for n bytes; False if an urgent byte or the end is first."""
        while len(self.rest) < n and not self._due(n):
            if not self._fill():
                break
        return len(self.rest) >= n and not self._due(n)

    def _length(self):
        form = ">I" if self.big else ">H"
        length, = struct.unpack_from(form, self.rest)
        if self.rest[4] not in NAMES or not 8 <= length <= LIMIT:
            raise Failure(f"this is no packet: {self.rest[:60]!r}")
        return length

    def read(self):
        """The next packet, or urgent byte; None at the end."""
        if self._need(8) and self._need(self._length()):
            length = self._length()
            whole, self.rest = self.rest[:length], self.rest[length:]
            self.at += length
            return Packet(whole)
        if self.urgent and self.urgent[0][0] <= self.at + len(self.rest):
            return Packet(self.urgent.pop(0)[1], urgent=True)
        if self.rest:
            raise Failure(f"the end within a packet: {self.rest[:60]!r}")
        return None

    def expect(self, *kinds):
        found = self.read()
        if not found or found.kind not in kinds:
            wanted = " or ".join(NAMES[k] for k in kinds)
            raise Failure(f"wanted {wanted}, got "
                          f"{found.whole[:80] if found else 'the end'}")
        return found

    def collect(self, length):
        """The text of one or more DATA packets, of this length."""
        text = b""
        while len(text) < length:
            text += self.expect(DATA).payload
        return text

    def send(self, *packets):
        self.sock.sendall(b"".join(packets))

    def say(self, payload, flags=0):
        self.send(data(payload, flags, self.big))

    def urge(self, byte=b"!"):
        self.sock.send(byte, socket.MSG_OOB)

    def fate(self):
        end, more = fate(self.sock)
        return end, self.rest + more

    def close(self):
        self.sock.close()


# -- texts of names and values

def parse(text):
    """'(A=(B=c)(D=e))' as [("A", [("B", "c"), ("D", "e")])]."""
    pairs, at = [], 0
    while (found := re.compile(r"\s*\(\s*([^=()\s]+)\s*=\s*").match(text, at)):
        at = found.end()
        if text[at] == "(":
            value, at = parse(text[at:]), _end(text, at)
        else:
            value = re.compile(r'"[^"]*"|[^()]*').match(text, at)[0]
            at += len(value)
            value = value.strip().strip('"')
        check(text[at] == ")", f"no ) at {at} of {text}")
        pairs.append((found[1].upper(), value))
        at += 1
    return pairs


def _end(text, at):
    """Where the value that starts here ends: at its unmatched )."""
    depth = 0
    while depth or text[at] != ")":
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at


def find(pairs, name):
    """The first value of this name, however deep."""
    for key, value in pairs:
        if key == name:
            return value
        if isinstance(value, list):
            below = find(value, name)
            if below is not None:
                return below
    return None


def places(text):
    """The (host, port) of each ADDRESS that a client may go to."""
    return list(_places(parse(text)))


def _places(pairs):
    for key, value in pairs:
        if key == "ADDRESS":
            value = dict(value)
            yield value["HOST"], int(value["PORT"])
        elif key in ("DESCRIPTION_LIST", "DESCRIPTION", "ADDRESS_LIST"):
            yield from _places(value)


# -- a client made of a socket

class Refused(Exception):
    """The answer was REFUSE; .code is the number of the ORA error."""

    def __init__(self, code):
        super().__init__(f"ORA-{code:05}")
        self.code = code


def request(service="sales", program="biller", user="bobby", more="",
            host="127.0.0.1", port=1521):
    """The text of a client that wants this service."""
    return (f"(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME={service}){more}"
            f"(CID=(PROGRAM={program})(HOST=pc7)(USER={user})))"
            f"(ADDRESS=(PROTOCOL=tcp)(HOST={host})(PORT={port})))")


class Client(Stream):
    """A client that understands every form of a redirect."""

    def __init__(self, addr=None, sock=None):
        super().__init__(sock or dial(addr))
        self.told = None        # what the last redirect said

    def connect(self, text, **how):
        self.sent = connect(text, **how)
        self.send(self.sent)
        return self.answer()

    def answer(self):
        """ACCEPT, REDIRECT or RESEND; a REFUSE is raised."""
        found = self.expect(ACCEPT, REDIRECT, RESEND, REFUSE)
        if found.kind == REFUSE:
            text = found.whole[12:] or self.expect(DATA).payload
            raise Refused(int(find(parse(text.decode()), "ERR")))
        if found.kind == ACCEPT:
            self.big = found.u16(8) >= 315
        return found

    def redirected(self, found):
        """(address text, connect data or None) of this REDIRECT."""
        length, text = found.u16(8), found.whole[10:]
        parts = []
        if not text and not length:         # the next packet has it
            after = self.expect(DATA, REDIRECT)
            text = after.whole[10:]
            length = len(text)
        while len(text) < length:
            parts.append(self.expect(DATA))
            text += parts[-1].payload
        equal(len(text), length, "the length that the redirect tells")
        self.told = found, parts, text
        address, nul, rest = text.partition(b"\0")
        return address.decode(), rest.decode() if nul else None

    def ask(self, payload):
        """A database of lib/oracle.py returns what begins with 0xEC."""
        self.say(b"\xec" + payload)
        return self.expect(DATA).payload[1:]


class Road:
    """The way of a client: the texts of its redirects, and the last stream."""

    def __init__(self):
        self.texts, self.hops, self.stream = [], [], None


def login(addr, text, limit=20, **how):
    """Follows redirects until ACCEPT; the Road there.  Raises Refused."""
    road = Road()
    flags = 0
    while len(road.hops) < limit:
        client = road.stream = Client(addr)
        found = client.connect(text, flags=flags, **how)
        while found.kind == RESEND:
            found = client.connect(text, flags=flags, **how)
        if found.kind == ACCEPT:
            road.accept = found
            return road
        address, more = client.redirected(found)
        road.texts.append((address, more))
        addr = places(address)[0]
        road.hops.append(addr)
        text, flags = more if more is not None else text, RDR
        client.close()
    raise Failure(f"{limit} redirects and no end: {road.hops}")
