# SPDX-License-Identifier: BSD-2-Clause
"""PASV on a control connection over IPv6: what vsftpd answers, (0,0,0,0,p1,p2),
leads clients to the host of the control connection, and so it does through adit,
also where only the application has IPv6."""

import socket

from lib import ftp
from lib.base import equal
from lib.ftp_talk import Client, numbers
from lib.tcp import dial, fate

DIRECT = True
VARIANTS = ["6to6", "6to4"]


def run(t, variant):
    far = "6" if t.direct else variant[-1]
    server = ftp.serve(t, "vsftpd", far, near="6")
    ftp.make(f"{server.home}/file", 100000)
    client = Client(t.at("ftp")).login()
    equal(client.sock.family, socket.AF_INET6, "family of the control")
    for _ in range(3):
        host, port = numbers(client.ask("PASV", "227"))
        equal(host, "0.0.0.0", "the address in the 227")
        data = dial((client.sock.getpeername()[0], port))
        client.ask("RETR file", "150")
        end, got = fate(data)
        data.close()
        client.reply("226")
        with open(f"{server.home}/file", "rb") as f:
            equal((end, got), ("eof", f.read()), "what came")
    client.ask("QUIT", "221")
