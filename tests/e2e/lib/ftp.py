# SPDX-License-Identifier: BSD-2-Clause
"""What the FTP cases share: a server behind the plugin, and files."""

import hashlib
import os
import select

from . import ftp_servers
from .base import check, equal, free_port, listens_at, wait_for

FAMILIES = {"4": None, "6": "::1"}


def plugin(t):
    """Enables the plugin of this build in the gateway of the case."""
    t.plugin("ftp")


def resource(t, server, name="ftp", **keys):
    """A resource for a server that speaks FTP."""
    if not t.direct:
        plugin(t)
    t.resource(name, server, plugin="ftp", **keys)


def shown_at(t, host, name="ftp"):
    """The application finds the resource at this address of its machine."""
    if not t.direct:
        t.ag.conf[f"listen {name}"] = {"address": host,
                                       "port": free_port(host)}


def serve(t, kind, family="4", near=None, server=None, **keys):
    """A server, its resource `ftp` near the application, and up.

    `near`, the family of the application's side, is the server's by default;
    `server` are arguments for the server, `keys` those of the resource."""
    found = ftp_servers.start(t, kind, FAMILIES[family], **(server or {}))
    resource(t, found, **keys)
    if (near or family) == "6":
        shown_at(t, "::1")
    t.up()
    return found


# -- files

def make(path, size):
    """A file of this size, each block of which is another.

    They differ by where a random block is cut: 64 MiB of the kernel's random
    numbers would cost more than their transfer."""
    length = min(size, 1 << 20)
    twice = memoryview(os.urandom(length) * 2)
    with open(path, "wb") as f:
        while size > 0:
            cut = (size >> 8) % length
            f.write(twice[cut:cut + min(size, length)])
            size -= min(size, length)
    return path


def digest(path):
    total = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(1 << 18):
            total.update(block)
    return total.hexdigest()


def same(path, other, what, start=0):
    """Two files are the same from that byte on: compared, which takes a
    fraction of what checksums of both would take."""
    equal(os.path.getsize(path), os.path.getsize(other), f"{what}: size")
    with open(path, "rb") as one, open(other, "rb") as two:
        one.seek(start)
        two.seek(start)
        while block := one.read(1 << 18):
            at = one.tell() - len(block)
            check(block == two.read(len(block)),
                  f"{what}: other bytes, from {at} on")


def tree(folder):
    """{path below the folder: checksum} of all files."""
    return {os.path.relpath(f"{root}/{name}", folder): digest(f"{root}/{name}")
            for root, _, names in os.walk(folder) for name in names}


def owner(path):
    found = os.stat(path)
    return found.st_uid, found.st_gid


# -- all that a client can do

def exercise(t, client, server, big):
    """Lists, gets and puts 0, 1 and `big` bytes, resumes, renames, deletes."""
    near, down, far = t.folder("near"), t.folder("down"), server.home
    client.server = server
    sizes = {"zero": 0, "one": 1, "big": big}
    for file, size in sizes.items():
        make(f"{near}/up-{file}", size)
        make(f"{far}/{file}", size)
    listing = client.list()
    for file in sizes:
        check(file in listing, f"no {file} in the list:\n{listing}")
    client.get(list(sizes), down)
    for file in sizes:
        same(f"{down}/{file}", f"{far}/{file}", f"get {file}")
    resume(client, far, f"{near}/part")
    if "put" in client.actions:
        change(client, near, far, sizes)


def resume(client, far, path):
    """What is there stays as it is, so only the rest can have been sent."""
    half = os.path.getsize(f"{far}/big") // 2
    with open(path, "wb") as f:
        f.write(b"x" * half)
    client.resume("big", path)
    with open(path, "rb") as f:
        check(f.read(half) == b"x" * half, "the first half was sent again")
    same(path, f"{far}/big", "the second half", half)


def change(client, near, far, sizes):
    client.put([f"{near}/up-{file}" for file in sizes])
    for file in sizes:
        same(f"{near}/up-{file}", f"{far}/up-{file}", f"put {file}")
    client.rename("up-one", "moved")
    check(os.path.exists(f"{far}/moved") and
          not os.path.exists(f"{far}/up-one"), "rename")
    client.delete("moved")
    wait_for(lambda: not os.path.exists(f"{far}/moved"), "the file to go")


# -- hostile peers

def scripted(t, **keys):
    """A resource `ftp` behind which the case itself is the server; up."""
    server = t.listen()
    resource(t, server, **keys)
    t.up()
    return server


def listeners(t):
    """What gateway and agent listen at."""
    return listens_at(t.gw.worker()) | listens_at(t.ag.pid())


def nothing_opened(t, before):
    equal(listeners(t) - before, set(), "what else listens now")


def untouched(*listeners):
    """Nobody has connected to any of them."""
    got, _, _ = select.select([one.sock for one in listeners], [], [], 0)
    check(not got, f"connections at {[sock.getsockname() for sock in got]}")


class Place:
    """An address where nobody needs to listen."""

    def __init__(self, host, port):
        self.host, self.port = host, port
