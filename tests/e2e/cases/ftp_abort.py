# SPDX-License-Identifier: BSD-2-Clause
"""ABOR in the middle of a transfer ends it, and the session goes on: by a
socket in three spellings, by inetutils-ftp, tnftp and ncftp on a terminal."""

import os
import signal

from lib import ftp, ftp_servers, ftp_talk
from lib.base import Skip, equal, kill, wait_for
from lib.ftp_servers import PASSWORD, USER
from lib.pty import Dialogue
from lib.servers import program
from lib.tcp import read_exactly

DIRECT = True
STYLES = "plain", "inetutils", "ncftp"
VARIANTS = [f"{client}-{server}"
            for client in ("socket", "inetutils", "tnftp", "ncftp")
            for server in ftp_servers.KINDS]
THIN = ["socket-pureftpd", "inetutils-vsftpd", "ncftp-proftpd",
        "tnftp-pyftpdlib"]


def run(t, variant):
    client, kind = variant.split("-")
    server = ftp.serve(t, kind)
    # More than fits into the buffers on the way; vsftpd stops at the end of
    # the data only, and clients read on until then.  ncftp's file is watched
    # from outside, so it must not be whole too soon.
    with open(f"{server.home}/big", "wb") as f:
        f.truncate(256 << 20 if client == "ncftp" else 64 << 20)
    with open(f"{server.home}/small", "wb") as f:
        f.write(b"small")
    if client == "socket":
        for style in STYLES:
            by_socket(t, kind, style)
    elif client == "ncftp":
        by_ncftp(t)
    else:
        by_terminal(t, client)


def by_socket(t, kind, style):
    if t.direct and kind == "pureftpd" and style != "plain":
        return              # it does not answer; through adit it must
    client = ftp_talk.Client(t.at("ftp")).login()
    for _ in range(2):
        data = client.data()
        client.say("RETR big")
        read_exactly(data, 1 << 20)
        client.abort(style)
        data.close()
        # 426 or a stray 150 for the transfer, and then the answer to ABOR.
        while not client.reply().startswith(("225", "226")):
            pass
        equal(client.get("small"), b"small", f"a file after {style}")
    client.ask("NOOP", "200")
    client.ask("QUIT", "221")


def by_terminal(t, name):
    """The file goes to a pipe that the case stops to read."""
    tool = {"inetutils": "inetutils-ftp"}.get(name, name)
    pipe = t.path("pipe")
    os.mkfifo(pipe)
    host, port = t.at("ftp")
    if name == "inetutils" and "inetutils) 2.6" in t.run(
            [program(tool), "--version"]):
        raise Skip("inetutils-ftp 2.6 loses its session here, also without "
                   "adit")
    with Dialogue(t, [program(tool), "-n", "-p", "-v"]) as ftp_client:
        for line in (f"open {host} {port}", f"user {USER} {PASSWORD}",
                     "binary"):
            ftp_client.expect("ftp> ")
            ftp_client.say(line)
        # Once only: inetutils-ftp keeps the signal blocked afterwards.
        ftp_client.expect("ftp> ")
        ftp_client.say(f"get big {pipe}")
        with open(pipe, "rb") as f:
            f.read(1 << 20)
            kill(ftp_client.process.pid, signal.SIGINT)
            ftp_client.expect("receive aborted")
            ftp_client.expect("ftp> ")
        ftp_client.say(f"get small {t.path('small')}")
        ftp_client.expect("226")
        wait_for(lambda: read(t.path("small")) == b"small", "the file")
        ftp_client.expect("ftp> ")
        ftp_client.say("quit")
        ftp_client.expect("221")


def by_ncftp(t):
    host, port = t.at("ftp")
    os.environ["HOME"] = home = t.folder("ncftp")
    os.chdir(home)
    with Dialogue(t, [program("ncftp"), "-u", USER, "-p", PASSWORD, "-P",
                      str(port), host]) as ncftp:
        ncftp.expect("Logged in")
        ncftp.say("get big")
        wait_for(lambda: os.path.exists("big")
                 and os.path.getsize("big") > 1 << 20, "a transfer")
        kill(ncftp.process.pid, signal.SIGINT)
        ncftp.expect("aborted by local user")
        os.unlink("big")
        ncftp.say("get small")
        wait_for(lambda: read("small") == b"small", "the file")
        ncftp.say("quit")


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""
