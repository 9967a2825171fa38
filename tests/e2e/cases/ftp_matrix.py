# SPDX-License-Identifier: BSD-2-Clause
"""This client with this server, passive and active: lists, gets and puts 0 bytes,
1 byte and a large file, unchanged to the byte, resumes, renames, deletes."""

from lib import ftp, ftp_clients, ftp_servers

DIRECT = True
TIMEOUT = 90
# "curl-vsftpd-4": the client, the server and the family; in each all modes.
VARIANTS = list(dict.fromkeys(
    f"{client}-{server}-{way[-1]}"
    for client, kind in ftp_clients.CLIENTS.items()
    for server in ftp_servers.KINDS
    for way in kind.ways))
# Each client, each server and each family.  The large file has 64 MiB in these,
# and 4 MiB in the other pairs, which differ in what they say, not in how much.
THIN = ["curl-vsftpd-4", "wget-proftpd-4", "lftp-pureftpd-6",
        "tnftp-pyftpdlib-6", "inetutils-vsftpd-4", "ncftp-proftpd-4",
        "ftplib-pureftpd-6"]


def run(t, variant):
    name, kind, family = variant.split("-")
    server = ftp.serve(t, kind, family)
    big = (64 if variant in THIN else 4) << 20
    for way in ftp_clients.CLIENTS[name].ways:
        mode, _, spoken = way.partition("-")
        if spoken == family:
            client = ftp_clients.client(t, name, t.at("ftp"), mode == "active")
            ftp.exercise(t, client, server, t.size(big, 2 << 20))
