# SPDX-License-Identifier: BSD-2-Clause
"""Commands all at once, or byte by byte, in capitals or not, with telnet's
bytes in between: each server answers as it does without adit."""

import random
import socket

from lib import ftp, ftp_clients, ftp_servers, ftp_talk
from lib.base import check, equal
from lib.ftp_servers import PASSWORD, USER
from lib.tcp import dial, fate

DIRECT = True
VARIANTS = list(ftp_servers.KINDS)
THIN = ["pureftpd"]
LINES = [("USER " + USER, "331"), ("PASS " + PASSWORD, "230"), ("SYST", "215"),
         ("type i", "200"), ("PwD", "257"), ("CWD /", "250"),
         ("SIZE small", "213"), ("MDTM small", "213"), ("SIZE none", "550"),
         ("NOOP", "200"), ("REST 0", "350"), ("noop", "200")]


def run(t, kind):
    server = ftp.serve(t, kind)
    with open(f"{server.home}/small", "wb") as f:
        f.write(b"small")
    ftp.make(f"{server.home}/big", t.size(8 << 20, 1 << 20))
    rhythm = random.Random(kind)
    for cut in (lambda: 100000), (lambda: 1), (lambda: rhythm.randint(1, 9)):
        # proftpd by itself forgets a reply where CR and LF come apart.
        if not t.direct or kind != "proftpd" or cut() > 9:
            pipelined(t, cut)
    lftp(t, server)
    if not t.direct:
        telnet(t)
        odd(t)


def pipelined(t, cut):
    """All commands before the first reply; PASV and RETR are among them."""
    client = ftp_talk.Client(t.at("ftp"))
    client.reply("220")
    lines = [line for line, _ in LINES] + ["PASV", "RETR small"]
    text = "".join(f"{line}\r\n" for line in lines).encode()
    while text:
        n = cut()
        client.sock.sendall(text[:n])
        text = text[n:]
    for line, code in LINES:
        text = client.reply()
        check(text.startswith(code), f"{line}: {text}")
    with dial(ftp_talk.numbers(client.reply("227"))) as data:
        equal(fate(data), ("eof", b"small"), "the file")
    client.reply("1")
    client.reply("226")
    equal(client.get("small"), b"small", "once more")


def lftp(t, server):
    """It sends SIZE, MDTM, PASV and RETR without waiting."""
    client = ftp_clients.client(t, "lftp", t.at("ftp"))
    client.settings = ["ftp:sync-mode off"]
    client.get(["big", "small"], client.dir)
    for file in "big", "small":
        ftp.same(f"{client.dir}/{file}", f"{server.home}/{file}", file)


def telnet(t):
    """What is telnet's does not reach the server, wherever it stands."""
    client = ftp_talk.Client(t.at("ftp")).login()
    for before, text, code in (
            (b"\xff\xfb\x01", b"NOOP\r\n", "200"), (b"NO\xff\xf1", b"OP\r\n", "200"),
            (b"\xff", b"\xf4\xff\xf2NOOP\r\n", "200"),
            (b"  ", b"NOOP\r\n", "200"), (b"NOOP\r\n\xff\xfd", b"\x06", "200")):
        client.sock.sendall(before)
        client.sock.sendall(text)
        client.reply(code)
    client.sock.send(b"\xff", socket.MSG_OOB)
    client.sock.sendall(b"\xf2NOOP\r\n")
    client.reply("200")
    equal(client.get("small"), b"small", "a file after that")


def odd(t):
    """Lines that servers end in different places are refused, whole."""
    client = ftp_talk.Client(t.at("ftp")).login()
    for text in (b"NOOP\rPWD\r\n", b"NOOP\0PWD\r\n", b"NOOP\r\rPWD\r\n",
                 b"NOOP " + b"x" * 9000 + b"\r\n", b"\r\n", b"?\r\n",
                 b"NOOP\0\r\n", b"PWD\tx\r\n"):
        client.sock.sendall(text)
        client.reply("500")
        client.ask("NOOP", "200")
    client.sock.sendall(b"NOOP\nPWD\n")     # LF alone is an end like CRLF
    client.reply("200")
    client.reply("257")
    equal(client.get("small"), b"small", "a file after that")
