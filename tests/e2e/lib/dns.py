# SPDX-License-Identifier: BSD-2-Clause
"""A name server that answers, keeps silent, truncates and lies as it is told."""

import ipaddress
import socket
import struct
import threading
import time

A, CNAME, AAAA = 1, 5, 28
NO_NAME, SERVER_FAILED = 3, 2
PACKET = 512


def packed(name):
    return b"".join(bytes([len(p)]) + p.encode()
                    for p in name.split(".") if p) + b"\0"


class NameServer:
    """For gateway.resolv: answers at (ip, 53) from `hosts`, in threads."""

    def __init__(self, ip, silent=False):
        self.ip, self.silent = ip, silent
        self.hosts = {}         # name: (addresses, ttl)
        self.aliases = {}       # name: (other name, ttl)
        self.silent_below = []  # zones that nobody answers for
        self.failing = set()    # names with SERVFAIL
        self.no_ipv6 = set()    # names whose AAAA nobody answers
        self.late = {}          # (name, type): seconds
        self.lies = {}          # name: an address, sent with a wrong id before
        self.asked = []         # (name, type, "udp" or "tcp")
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((ip, 53))
        self.tcp = socket.socket()
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind((ip, 53))
        self.tcp.listen(64)
        for run in self._serve_udp, self._serve_tcp:
            threading.Thread(target=run, daemon=True).start()

    def host(self, name, *addresses, ttl=60):
        self.hosts[name] = (addresses, ttl)

    def count(self, name, kind=A):
        return sum((n, k) == (name, kind) for n, k, _ in self.asked)

    def _serve_udp(self):
        while True:
            query, peer = self.udp.recvfrom(4096)
            threading.Thread(target=self._udp, args=(query, peer),
                             daemon=True).start()

    def _udp(self, query, peer):
        for answer in self._answers(query, "udp"):
            if len(answer) > PACKET:
                end = self._question(query)[2]
                flags = struct.unpack("!H", answer[2:4])[0] | 0x0200
                answer = (answer[:2] + struct.pack("!5H", flags, 1, 0, 0, 0)
                          + query[12:end])
            self.udp.sendto(answer, peer)

    def _serve_tcp(self):
        while True:
            conn, _ = self.tcp.accept()
            threading.Thread(target=self._tcp, args=(conn,),
                             daemon=True).start()

    def _tcp(self, conn):
        with conn, conn.makefile("rb") as f:
            while True:
                head = f.read(2)
                if len(head) < 2:
                    return
                for answer in self._answers(
                        f.read(struct.unpack("!H", head)[0]), "tcp"):
                    conn.sendall(struct.pack("!H", len(answer)) + answer)

    @staticmethod
    def _question(query):
        """(name, type, where it ends)"""
        at, parts = 12, []
        while query[at]:
            parts.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        return ".".join(parts).lower(), kind, at + 5

    def _is_silent(self, name, kind):
        return (self.silent or (kind == AAAA and name in self.no_ipv6)
                or any(name == zone or name.endswith("." + zone)
                       for zone in self.silent_below))

    def _answers(self, query, over):
        name, kind, end = self._question(query)
        self.asked.append((name, kind, over))
        if self._is_silent(name, kind):
            return
        time.sleep(self.late.get((name, kind), 0))
        if name in self.lies:
            wrong = struct.pack("!H", query[1] << 8 | (query[0] ^ 1))
            yield self._reply(wrong + query[2:end], 0,
                              [(name, A, 60, self.lies[name])])
        yield self._reply(query[:end], *self._look_up(name, kind))

    def _look_up(self, name, kind):
        records = []
        if name in self.failing:
            return SERVER_FAILED, []
        while name in self.aliases:
            target, ttl = self.aliases[name]
            records.append((name, CNAME, ttl, target))
            name = target
        if name not in self.hosts:
            return NO_NAME, records
        addresses, ttl = self.hosts[name]
        records += [(name, kind, ttl, a) for a in addresses
                    if (":" in a) == (kind == AAAA)]
        return 0, records

    @staticmethod
    def _reply(query, code, records):
        body = b""
        for name, kind, ttl, value in records:
            data = (packed(value) if kind == CNAME
                    else ipaddress.ip_address(value).packed)
            body += packed(name) + struct.pack("!HHIH", kind, 1, ttl,
                                               len(data)) + data
        return (query[:2] + struct.pack("!5H", 0x8180 | code, 1, len(records),
                                        0, 0) + query[12:] + body)


def resolv(*servers, search=""):
    """What gateway.resolv takes."""
    lines = [f"nameserver {s.ip}\n" for s in servers]
    return "".join(lines) + (f"search {search}\n" if search else "")
