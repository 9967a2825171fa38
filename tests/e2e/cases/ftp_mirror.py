# SPDX-License-Identifier: BSD-2-Clause
"""lftp mirrors 500 files in four sessions at once, to the user and back."""

import os

from lib import ftp, ftp_clients, ftp_servers
from lib.base import equal

DIRECT = True
TIMEOUT = 120
VARIANTS = list(ftp_servers.KINDS)
THIN = ["vsftpd"]
COUNT = 500


def run(t, kind):
    server = ftp.serve(t, kind)
    count = t.size(COUNT, COUNT // 5)
    for number in range(count):
        folder = f"{server.home}/far/{number % 7}"
        os.makedirs(folder, exist_ok=True)
        ftp.make(f"{folder}/{number}", 4096 + number)
    os.mkdir(f"{server.home}/back")
    os.chown(f"{server.home}/back", *ftp.owner(server.home))
    lftp = ftp_clients.client(t, "lftp", t.at("ftp"))
    lftp.lftp(f"mirror -P 4 far {t.path('near')}")
    equal(ftp.tree(t.path("near")), ftp.tree(f"{server.home}/far"),
          "what was mirrored")
    lftp.lftp(f"mirror -R -P 4 {t.path('near')} back")
    equal(ftp.tree(f"{server.home}/back"), ftp.tree(t.path("near")),
          "what was mirrored back")
