# SPDX-License-Identifier: BSD-2-Clause
"""ssh carries a large file each way, and sftp a fourth of it, unchanged to the
byte: 1 GiB, or as many bytes as ADIT_E2E_BYTES says."""

import hashlib
import os
import subprocess

from lib.base import equal, show
from lib.servers import program

DIRECT = True
TIMEOUT = 300
NEEDS = ["ssh", "sshd", "sftp", "cmp"]
# Of what ssh offers, the cipher that leaves the processor to adit.
CIPHER = ["-c", "aes128-gcm@openssh.com"]


def run(t):
    server = t.sshd()
    t.resource("ssh", server)
    t.up()
    host, port = t.at("ssh")
    ssh = [program("ssh"), *server.options, *CIPHER, "-p", str(port), host]
    equal(t.run([*ssh, "echo $((6 * 7))"]).strip(), "42", "a command")
    data = t.path("data")
    make(data, t.size())
    with open(data, "rb") as f:
        t.run([*ssh, f"cmp - {data}"], stdin=f, within=200)
    with subprocess.Popen([*ssh, f"cat {data}"],
                          stdout=subprocess.PIPE) as back:
        t.run(["cmp", "-", data], stdin=back.stdout, within=200)
    equal(back.returncode, 0, "ssh's exit status")
    # The same connections in other words: what is new in sftp are its answers.
    os.truncate(data, t.size() // 4)
    up, down = t.path("up"), t.path("down")
    batch = t.write("batch", f"put {data} {up}\nget {up} {down}\n")
    t.run(["sftp", *server.options, *CIPHER, "-P", str(port), "-b", batch,
           show((host, 0)).rpartition(":")[0]], within=200)
    t.run(["cmp", data, down])


def make(path, size):
    block = hashlib.shake_256(b"adit").digest(1 << 20)
    with open(path, "wb") as f:
        for number in range(size >> 20):
            f.write(number.to_bytes(8, "big") + block[8:])
