# SPDX-License-Identifier: BSD-2-Clause
"""SOCKS5 replies say what happened: granted, not allowed, refused, ..."""

from lib import socks
from lib.base import equal, matches
from lib.tcp import ask, dial, fate, read_exactly

NET = True
REFUSED, UNREACHABLE, NO_HOST = 5, (3, 4), 4


def run(t):
    with t.far:
        t.echo(t.far.ip, 80)
    t.resource("any", host="any", port="80, 81",
               allow=["10.9.0.0/24", "10.66.0.0/16"])
    t.gw.hosts = [(t.far.ip, "x" * 60 + ".example")]
    proxy = t.ag.socks()
    t.up()
    for host in t.far.ip, "x" * 60 + ".example":
        code, sock = socks.connect(proxy, host, 80)
        equal((code, ask(sock)), (0, b"hello"), host)
    equal(socks.refused(proxy, t.far.ip, 81), REFUSED, "a refused port")
    equal(socks.refused(proxy, "10.66.0.1", 80) in UNREACHABLE, True,
          "an unreachable network")
    equal(socks.refused(proxy, "no-such-host.invalid", 80), NO_HOST,
          "an unknown name")
    equal(socks.refused(proxy, t.far.ip, 9), socks.NOT_ALLOWED,
          "a port without resource")
    for what, hello, answer in (
            ("SOCKS4", b"\4\1\0\x50\x0a\x09\0\2\0", None),
            ("HTTP", b"GET / HTTP/1.0\r\n\r\n", None),
            ("passwords only", b"\5\1\2", b"\5\xff"),
            ("no methods", b"\5\0", b"\5\xff"),
            ("BIND", b"\5\1\0\5\2\0\1\x0a\x09\0\2\0\x50", b"\5\0\5\7"),
            ("UDP", b"\5\1\0\5\3\0\1\x0a\x09\0\2\0\x50", b"\5\0\5\7"),
            ("address type", b"\5\1\0\5\1\0\7\x0a\x09\0\2\0\x50",
             b"\5\0\5\x08")):
        sock = dial(proxy)
        sock.sendall(hello)
        got = fate(sock)[1]
        equal(got[:len(answer or b"")], answer or b"", what)
    pipelined = dial(proxy)
    pipelined.sendall(b"\5\1\0" + b"\5\1\0" + socks.target(t.far.ip)
                      + (80).to_bytes(2, "big") + b"at once")
    equal(read_exactly(pipelined, 4), b"\5\0\5\0", "all in one segment")
    equal(read_exactly(pipelined, 6 + 2 + 7)[-7:], b"at once", "and data")
    matches("(?i)refused", t.gw.log(), "the log")
