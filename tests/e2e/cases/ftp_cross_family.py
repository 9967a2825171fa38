# SPDX-License-Identifier: BSD-2-Clause
"""The application has IPv4 and the server IPv6, or the other way round: all
that a client can do, both ways of data."""

from lib import ftp, ftp_clients

# Each client; each server has its turn.
CELLS = {
    f"{client}-{mode}-{near}to{far}": (client, server, mode, near, far)
    for near, far in ("46", "64")
    for mode, servers in (("passive", ["vsftpd", "proftpd", "pureftpd",
                                       "pyftpdlib"] * 2),
                          ("active", ["pyftpdlib", "pureftpd", "vsftpd",
                                      "proftpd"] * 2))
    for (client, kind), server in zip(ftp_clients.CLIENTS.items(), servers)
    if f"{mode}-{near}" in kind.ways}
VARIANTS = list(CELLS)
THIN = ["curl-passive-4to6", "lftp-active-4to6", "ftplib-passive-6to4",
        "tnftp-active-6to4"]


def run(t, variant):
    name, kind, mode, near, far = CELLS[variant]
    server = ftp.serve(t, kind, far, near=near)
    client = ftp_clients.client(t, name, t.at("ftp"), mode == "active")
    ftp.exercise(t, client, server, 2 << 20)
