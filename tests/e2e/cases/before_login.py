# SPDX-License-Identifier: BSD-2-Clause
"""Connections that do not log in: their time ends whatever they send, and a
ClientHello that is sent again and again costs the gateway few signatures."""

import socket
import ssl
import time

from lib.base import check, equal, wait_for
from lib.tcp import Task, ask, dial

HANDSHAKE, LOGIN = 1, 2         # seconds
BURST = 64                      # handshakes of one address without a login
REPLAYS = 150


def run(t):
    t.resource("echo", t.echo())
    t.gw.conf["server"].update(handshake_timeout=f"{HANDSHAKE}s",
                               login_timeout=f"{LOGIN}s")
    t.gw.start()
    where = t.gw.host, t.gw.port
    said = hello()
    ways = {"silent": Task(until_it_ends, connect, where, HANDSHAKE),
            "half a hello": Task(until_it_ends, connect, where, HANDSHAKE,
                                 said[:300]),
            "its hello": Task(until_it_ends, connect, where, HANDSHAKE,
                              said, 60),
            "silent in TLS": Task(until_it_ends, talk, where, LOGIN),
            "half a frame": Task(until_it_ends, talk, where, LOGIN,
                                 bytes(12))}
    for way, task in ways.items():
        check(task.result(30), way)
    t.gw.wait_log("the login took too long")
    replay(t, where)
    # From another address a user logs in meanwhile.
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a user beside it")


def connect(where, source=None):
    return socket.create_connection(where, 20, source and (source, 0))


def context():
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    own.check_hostname, own.verify_mode = False, ssl.CERT_NONE
    own.set_alpn_protocols(["adit/1"])
    return own


def talk(where):
    return context().wrap_socket(connect(where))


def hello():
    """A ClientHello, as anybody may record it."""
    said = ssl.MemoryBIO()
    try:
        context().wrap_bio(ssl.MemoryBIO(), said).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return said.read()


def until_it_ends(dial_by, where, limit, data=b"", piece=1):
    """Sends a piece now and then; whether the gateway ends it near `limit`."""
    begun = time.monotonic()
    sock = dial_by(where)
    sock.settimeout(limit / 10)
    while time.monotonic() - begun < limit + 10:
        try:
            if data:
                sock.send(data[:piece])
                data = data[piece:]
            if not sock.recv(10000):
                break
        except TimeoutError:
            continue
        except (OSError, ssl.SSLError):
            break
    return limit * 0.9 < time.monotonic() - begun < limit + 10


def replay(t, where):
    """The same ClientHello from one address; how often a signature came."""
    recorded, answered = hello(), 0
    begun = time.monotonic()
    for _ in range(REPLAYS):
        with connect(where, f"{t.net}.9") as sock:
            sock.send(recorded)
            sock.settimeout(0.01)
            try:
                answered += bool(sock.recv(1))
            except OSError:
                pass
    spent = time.monotonic() - begun
    check(answered <= BURST + 2 * spent + 2,
          f"{answered} of {REPLAYS} were answered in {spent:.1f} s")
    t.gw.wait_log(f"the connection from {t.net}.9 waits, since too many")
