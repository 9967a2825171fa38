# SPDX-License-Identifier: BSD-2-Clause
"""HTTP, TLS and other foreign tongues at an FTP port, with a PORT line inside:
the channel is reset, the server hears nothing, and nothing is opened."""

from lib import ftp
from lib.base import equal
from lib.ftp_talk import Lines, port_line
from lib.tcp import dial, fate

HELLO = bytes.fromhex("160301007a0100007603031f") + b"\x5a" * 112
HEAD = "Host: ftp.example\r\nContent-Length: 100000\r\n\r\n"


def run(t):
    server = ftp.scripted(t)
    mine = t.listen("127.0.0.1")
    inside = "\r\n" + port_line(mine) + "\r\n"
    # As a web page would have it: PORT begins a segment of its own.
    bodies = [["x" + inside], ["A" * 16000, inside[2:]], [inside * 50]]
    for body in bodies:
        for verb in "POST", "PUT", "GET", "HEAD", "OPTIONS", "DELETE", "post":
            is_reset(t, server, f"{verb} / HTTP/1.1\r\n{HEAD}", *body)
        is_reset(t, server, "CONNECT ftp.example:21 HTTP/1.1\r\n", *body)
    is_reset(t, server, HELLO, inside)
    is_reset(t, server, "\x16", inside)
    for first in "\r\n", "\0", "{\"a\": 1}\r\n", "SSH-2.0-x\r\n", "\x80\r\n":
        is_reset(t, server, first, inside)
    ftp.untouched(mine)
    t.gw.wait_log("HTTP in the place of FTP")
    t.gw.wait_log("not FTP")


def is_reset(t, server, *parts):
    """Whether the server has greeted or not; nothing passes."""
    for early in False, True:
        before = ftp.listeners(t)
        app, far = dial(t.at("ftp")), Lines(server.accept())
        if early:
            far.say("220 ready")
        end = send(app, parts)
        if not early:
            far.say("220 ready")
        equal(far.fate(), ("reset", b""), f"the server after {parts[0]!r}")
        equal(end or fate(app)[0], "reset", f"the client after {parts[0]!r}")
        ftp.nothing_opened(t, before)


def send(app, parts):
    """Says "reset" where that comes before the last part."""
    try:
        for part in parts:
            app.sendall(part if isinstance(part, bytes)
                        else part.encode("latin-1"))
    except ConnectionError:
        return "reset"
    return None
