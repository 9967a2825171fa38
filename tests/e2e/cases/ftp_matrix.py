# SPDX-License-Identifier: BSD-2-Clause
"""This client with this server, this way: lists, gets and puts 0 bytes, 1
byte and 64 MiB, unchanged to the byte, resumes, renames, deletes."""

from lib import ftp, ftp_clients, ftp_servers

DIRECT = True
CELLS = {
    f"{client}-{server}-{way}": (client, server, *way.split("-"))
    for client, kind in ftp_clients.CLIENTS.items()
    for server in ftp_servers.KINDS
    for way in kind.ways}
VARIANTS = list(CELLS)
# Each client, each server and each way.
THIN = ["curl-vsftpd-passive-4", "wget-proftpd-active-4",
        "lftp-pureftpd-passive-6", "tnftp-pyftpdlib-active-6",
        "inetutils-vsftpd-active-4", "ncftp-proftpd-passive-4",
        "ftplib-pureftpd-active-6"]


def run(t, variant):
    name, kind, mode, family = CELLS[variant]
    server = ftp.serve(t, kind, family)
    client = ftp_clients.client(t, name, t.at("ftp"), mode == "active")
    ftp.exercise(t, client, server, t.size(64 << 20, 2 << 20))
