# SPDX-License-Identifier: BSD-2-Clause
"""ssh and sftp carry 1 GiB each way, checksum unchanged."""

import hashlib
import subprocess

from lib.base import equal, show
from lib.servers import program

DIRECT = True
TIMEOUT = 300
NEEDS = ["ssh", "sshd", "sftp"]


def run(t):
    server = t.sshd()
    t.resource("ssh", server)
    t.up()
    host, port = t.at("ssh")
    ssh = [program("ssh"), *server.options, "-p", str(port), host]
    equal(t.run([*ssh, "echo $((6 * 7))"]).strip(), "42", "a command")
    size = t.size()
    data = t.path("data")
    want = make(data, size)
    with open(data, "rb") as f:
        got = subprocess.run([*ssh, "sha256sum"], stdin=f, check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    equal(got.split()[0], want, "checksum at the server")
    with subprocess.Popen([*ssh, f"cat {data}"],
                          stdout=subprocess.PIPE) as back:
        equal(digest(back.stdout), want, "checksum at the user's")
    equal(back.returncode, 0, "ssh's exit status")
    batch = t.write("batch", f"put {data} {t.path('up')}\n"
                             f"get {t.path('up')} {t.path('down')}\n")
    t.run(["sftp", *server.options, "-P", str(port), "-b", batch,
           show((host, 0)).rpartition(":")[0]], within=200)
    with open(t.path("down"), "rb") as f:
        equal(digest(f), want, "checksum after sftp both ways")


def make(path, size):
    block = hashlib.shake_256(b"adit").digest(1 << 20)
    with open(path, "wb") as f:
        for _ in range(size >> 20):
            f.write(block)
    with open(path, "rb") as f:
        return digest(f)


def digest(stream):
    return hashlib.file_digest(stream, "sha256").hexdigest() \
        if hasattr(stream, "getbuffer") else by_block(stream)


def by_block(stream):
    total = hashlib.sha256()
    while block := stream.read(1 << 20):
        total.update(block)
    return total.hexdigest()
