# SPDX-License-Identifier: BSD-2-Clause
"""A client that connects for its data, says STOR, sends 2 kB and closes, all
without waiting for the 150 (tcllib's ftp, cl-ftp): every file arrives whole."""

import os

from lib import brief, ftp, ftp_servers
from lib.base import check
from lib.ftp_talk import Client

DIRECT = True
VARIANTS = list(ftp_servers.KINDS)
THIN = ["vsftpd"]
TIMES = 40


def run(t, kind):
    if not t.direct and not brief.kernel_tells():
        t.ag.conf["agent"]["early_close"] = "accept"
    server = ftp.serve(t, kind)
    client = Client(t.at("ftp")).login()
    text = os.urandom(2048)
    for number in range(TIMES):
        data = client.data()
        client.say(f"STOR {number}")
        data.sendall(text)
        data.close()
        client.reply("1")
        client.reply("226")
    client.ask("QUIT", "221")
    for number in range(TIMES):
        with open(f"{server.home}/{number}", "rb") as f:
            check(f.read() == text, f"file {number} is not what was sent")
