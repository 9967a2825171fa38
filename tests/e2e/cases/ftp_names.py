# SPDX-License-Identifier: BSD-2-Clause
"""Names in bytes that telnet uses, too: the letter that begins many names in
CP1251 is 0xff.  The file of that name is got, put and deleted, no other."""

import os

from lib import ftp, ftp_clients, ftp_servers, ftp_talk
from lib.base import equal

DIRECT = True
VARIANTS = [kind for kind in ftp_servers.KINDS if kind != "pyftpdlib"]
THIN = ["vsftpd"]
# In CP1251, with IAC SE, IAC NOP, IAC IP, IAC WILL of telnet; blanks.
NAMES = [text.encode("cp1251") for text in
         ("яр.txt", "яс.txt", "яф.txt", "яы.txt", "ды.txt", "я", " a ")]
# Those that the servers change themselves.
OWN = {"proftpd": NAMES[2:4], "pureftpd": NAMES[6:]}


def run(t, kind):
    server = ftp.serve(t, kind)
    home = os.fsencode(server.home)
    names = [name for name in NAMES if name not in OWN.get(kind, [])]
    for name in [*names, b".txt", b"txt", b"a"]:
        path = home + b"/" + name
        with open(path, "wb") as f:
            f.write(b"<" + name + b">")
        os.chown(path, *ftp.owner(server.home))
    by_socket(t, names)
    curl, wget = (ftp_clients.client(t, name, t.at("ftp"))
                  for name in ("curl", "wget"))
    for name in names[:2]:
        by_programs(t, curl, wget, name, home)
    equal(sorted(os.listdir(home)), sorted([b".txt", b"txt", b"a",
                                            *names[2:]]), "what is left")


def by_socket(t, names):
    client = ftp_talk.Client(t.at("ftp")).login()
    for name in names:
        client.sock.sendall(b"SIZE " + name + b"\r\n")
        equal(client.reply("213"), f"213 {len(name) + 2}", f"size of {name}")
    client.ask("QUIT", "221")


def by_programs(t, curl, wget, name, home):
    path = os.fsencode(t.path("got"))
    url = "".join(f"%{byte:02x}" for byte in name)
    for client, words in (curl, ["-o", path, curl.url(url)]), (
            wget, ["-O", path, wget.url(url)]):
        getattr(client, client.name)(*map(os.fsdecode, words))
        with open(path, "rb") as f:
            equal(f.read(), b"<" + name + b">", f"{name} by {client.name}")
    with open(path, "wb") as f:
        f.write(b"new")
    curl.curl("-T", os.fsdecode(path), curl.url(url))
    with open(home + b"/" + name, "rb") as f:
        equal(f.read(), b"new", f"{name}, put")
    curl.curl("-l", "-Q", os.fsdecode(b"-DELE " + name), curl.url())
