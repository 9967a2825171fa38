# SPDX-License-Identifier: BSD-2-Clause
"""Each command that names a file has a line in the log, with who, what, the
result, and the bytes of its own data connection."""

import ftplib
import io
import re

from lib import ftp
from lib.base import check, equal, show, wait_for
from lib.ftp_servers import PASSWORD, USER
from lib.ftp_talk import Client


def run(t):
    server = ftp.serve(t, "proftpd")
    ftp.make(f"{server.home}/down", 123456)
    session(t)
    t.gw.wait_log(r'evt=channel .*login="alice"')
    for want in (
            r'command="STOR" file="up" result="226" to_server=54321 to_client=0',
            r'command="RETR" file="down" result="226" to_server=0 '
            'to_client=123456',
            r'command="RETR" file="nothing" result="550" to_server=0 to_client=0',
            r'command="RNFR" file="up" result="350"',
            r'command="RNTO" file="there" result="250"',
            r'command="MKD" file="folder" result="257"',
            r'command="RMD" file="folder" result="250"',
            r'command="DELE" file="there" result="250"',
            r'command="STOR" file="active" result="226" to_server=777 '
            'to_client=0',
            r'command="RETR" file="active" result="226" to_server=0 '
            'to_client=777'):
        lines = wait_for(lambda: found(t, want), f"a line with {want}")
        equal(len(lines), 1, f"lines with {want}: {lines}")
        for word in (r"evt=plugin session=\d+ channel=\d+ user=alice "
                     "resource=ftp plugin=ftp ", 'login="alice"'):
            check(re.search(word, lines[0]), f"no {word} in {lines[0]}")
    check(PASSWORD not in t.gw.log(), "the password is in the log")
    names(t)


def found(t, want):
    """Audit lines with all the words of `want`, in whatever order."""
    words = re.findall(r'\S+=(?:"[^"]*"|\S+)', want) or [want]
    return [line for line in t.gw.log().splitlines() if "evt=plugin" in line
            and all(word in line for word in words)]


def session(t):
    with ftplib.FTP(timeout=20) as client:
        client.connect(*t.at("ftp"))
        client.login(USER, PASSWORD)
        client.storbinary("STOR up", io.BytesIO(b"x" * 54321))
        client.retrbinary("RETR down", bytes)
        try:
            client.retrbinary("RETR nothing", bytes)
            check(False, "there is no such file")
        except ftplib.error_perm:
            pass
        client.rename("up", "there")
        client.mkd("folder")
        client.rmd("folder")
        client.delete("there")
        client.set_pasv(False)
        client.storbinary("STOR active", io.BytesIO(b"x" * 777))
        client.retrbinary("RETR active", bytes)


def names(t):
    """What others chose can neither end a line of the log nor a word."""
    client = Client(t.at("ftp")).login()
    mark = len(t.gw.log())
    client.ask('DELE a" result="226"\tevt=channel', "550")
    client.sock.sendall(b"DELE \x1b[31m\xff\xff\xe2\x80\xaebad\x7f\r\n")
    client.reply("550")
    client.ask("DELE " + "n" * 1000, "550")
    client.ask("QUIT", "221")
    t.gw.wait_log("n" * 200)
    text = t.gw.log()[mark:]
    lines = [line for line in text.splitlines() if "DELE" in line]
    equal(len(lines), 3, f"lines about DELE:\n{text}")
    for line in lines:
        check(line.isascii() and line.isprintable(), f"bare bytes in {line!r}")
        equal(len(re.findall(r'(?<!\\)" result=', line)), 1, line)
        check(len(line) < 800, f"a line of {len(line)} bytes")
