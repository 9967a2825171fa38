# SPDX-License-Identifier: BSD-2-Clause
"""This client with this server, this way: lists, gets and puts 0 bytes, 1
byte and 64 MiB with checksums unchanged, resumes, renames, deletes."""

import os

from lib import ftp, ftp_clients, ftp_servers
from lib.base import check, equal, wait_for

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
    near, far = t.folder("near"), server.home
    sizes = {"zero": 0, "one": 1, "big": t.size(64 << 20, 2 << 20)}
    for file, size in sizes.items():
        ftp.make(f"{near}/up-{file}", size)
        ftp.make(f"{far}/{file}", size)
    listing = client.list()
    for file in sizes:
        check(file in listing, f"no {file} in the list:\n{listing}")
    down = t.folder("down")
    client.get(list(sizes), down)
    for file in sizes:
        ftp.same(f"{down}/{file}", f"{far}/{file}", f"get {file}")
    resume(client, far, f"{near}/part")
    if "put" in client.actions:
        change(client, near, far, sizes)


def resume(client, far, path):
    """What is there stays as it is, so only the rest can have been sent."""
    half = os.path.getsize(f"{far}/big") // 2
    with open(path, "wb") as f:
        f.write(b"x" * half)
    client.resume("big", path)
    equal(os.path.getsize(path), os.path.getsize(f"{far}/big"),
          "size of what was resumed")
    with open(path, "rb") as f:
        check(f.read(half) == b"x" * half, "the first half was sent again")
    check(ftp.digest(path, half) == ftp.digest(f"{far}/big", half),
          "the second half has another checksum")


def change(client, near, far, sizes):
    client.put([f"{near}/up-{file}" for file in sizes])
    for file in sizes:
        ftp.same(f"{near}/up-{file}", f"{far}/up-{file}", f"put {file}")
    client.rename("up-one", "moved")
    check(os.path.exists(f"{far}/moved") and
          not os.path.exists(f"{far}/up-one"), "rename")
    client.delete("moved")
    wait_for(lambda: not os.path.exists(f"{far}/moved"), "the file to go")
