# SPDX-License-Identifier: BSD-2-Clause
"""An ABOR that the client marks as urgent interrupts a server that sits in
write(), and comes as it was sent: what has not left the server yet stays there."""

from lib import ftp, ftp_talk
from lib.base import check, equal
from lib.tcp import fate, read_exactly

DIRECT = True
VARIANTS = ["inetutils", "ncftp"]
SIZE = 96 << 20


def run(t, style):
    server = ftp.serve(t, "vsftpd", server={"async_abor_enable": "YES"})
    with open(f"{server.home}/big", "wb") as f:
        f.truncate(SIZE)
    with open(f"{server.home}/small", "wb") as f:
        f.write(b"small")
    client = ftp_talk.Client(t.at("ftp")).login()
    for _ in range(2):
        data = client.data()
        client.ask("RETR big", "1")
        read_exactly(data, 1 << 20)
        client.abort(style)
        rest = len(fate(data)[1])
        data.close()
        check(rest < SIZE // 2, f"{rest} bytes came behind an ABOR")
        client.reply("426")
        client.reply("226")
        equal(client.get("small"), b"small", "a file after that")
    client.ask("QUIT", "221")
