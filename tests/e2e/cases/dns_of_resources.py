# SPDX-License-Identifier: BSD-2-Clause
"""With `dns` the agent answers DNS queries for the names of resources, so that
programs which look up the server itself reach it; other names it does not
know."""

import socket
import struct
import subprocess

from lib import dns
from lib.base import check, equal, wait_for
from lib.tcp import ask, dial

NET = True
PTR = 12


def query(at, name, kind=dns.A):
    """(rcode, what the last answer's data is) of one query over UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(20)
        question = dns.packed(name) + struct.pack("!2H", kind, 1)
        sock.sendto(struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + question, at)
        reply = sock.recv(512)
    ident, flags, _, answers = struct.unpack("!4H", reply[:8])
    equal(ident, 7, "the id of the reply")
    return flags & 15, reply[-4:] if answers else b""


def address(at, name):
    code, data = query(at, name)
    check(code == 0 and data, f"no address of {name}, rcode {code}")
    return socket.inet_ntoa(data)


def as_programs_do(t, at, name):
    """The addresses that the C library finds with the agent as name server."""
    path = t.path("resolv.conf")
    with open(path, "w", encoding="ascii") as f:
        f.write(f"nameserver {at[0]}\n")
    out = subprocess.run(
        ["unshare", "-m", "sh", "-c",
         'mount --bind "$0" /etc/resolv.conf && exec getent ahostsv4 "$1"',
         path, name], stdout=subprocess.PIPE, timeout=60, check=False).stdout
    return {line.split()[0] for line in out.decode().splitlines()}


def run(t):
    at = f"{t.net}.9", 53
    with t.far:
        server = t.echo(t.far.ip)
    t.resource("web", host="web.corp.example", port=server.port)
    t.gw.resource("other", host="hidden.corp.example", port=server.port,
                  hide_address="yes")
    t.gw.resource("pool", host=t.far.ip, port=server.port,
                  names="db.corp.example, *.db.corp.example")
    t.resource("any", host="any", port=server.port, allow="10.9.0.0/24",
               names="*.far.example")
    t.gw.hosts = [(t.far.ip, "web.corp.example"), (t.far.ip, "a.far.example"),
                  ("10.8.0.1", "b.far.example")]
    t.ag.conf["agent"]["dns"] = f"{at[0]}:{at[1]}"
    t.up()
    equal(t.ag.status()["dns"], f"{at[0]}:{at[1]}", "where queries are taken")
    for name in ("web.corp.example", "DB.corp.example", "x.y.db.corp.example",
                 "a.far.example"):
        found = address(at, name)
        equal(ask(dial((found, server.port))), b"hello", name)
        equal(as_programs_do(t, at, name), {found}, f"getent {name}")
    equal({m["host"] for m in t.ag.status()["maps"]}, {"a.far.example"},
          "maps that queries made")
    equal(query(at, "corp.example"), (0, b""), "a domain of covered names")
    for name in ("hidden.corp.example", "example.org", "b.far.example",
                 "nowhere.far.example"):
        equal(query(at, name), (dns.NO_NAME, b""), name)
        equal(as_programs_do(t, at, name), set(), f"getent {name}")
    back = ".".join(reversed(address(at, "web.corp.example").split(".")))
    equal(query(at, back + ".in-addr.arpa", PTR)[0], 0, "the name behind it")

    # Without the key nobody answers.
    t.ag.conf["agent"]["dns"] = "none"
    t.ag.write()
    t.ag.ctl("reload")
    wait_for(lambda: t.ag.status()["dns"] is None, "the key to be used")
