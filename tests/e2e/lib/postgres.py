# SPDX-License-Identifier: BSD-2-Clause
"""A PostgreSQL server of the case's own, and psql."""

import glob
import os
import pwd
import subprocess

from .base import Skip, check, spawn
from .pty import Dialogue
from .servers import Server, program


def _tool(name):
    """Debian has the server's programs in a folder for each version."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else program(name)


def _as_owner(folder):
    """It refuses to run as root."""
    if os.getuid() != 0:
        return []
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        raise Skip("no user postgres here") from None
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return [program("setpriv"), f"--reuid={owner.pw_uid}",
            f"--regid={owner.pw_gid}", "--clear-groups"]


def serve(t, ip=None, *more):
    """Listens at these addresses, with one port."""
    folder = t.folder("postgres")
    owner = _as_owner(folder)
    t.run([*owner, _tool("initdb"), "-D", f"{folder}/data", "-A", "trust",
           "-U", "alice", "--no-sync", "--no-locale"])
    with open(f"{folder}/data/pg_hba.conf", "a") as f:
        f.write("host all all all trust\n")
    server = Server(*t.place(ip))
    return server.start(
        [*owner, _tool("postgres"), "-D", f"{folder}/data", "-k", folder, "-h",
         ",".join([server.host, *more]), "-p", str(server.port), "-c",
         "fsync=off"],
        t.path("postgres.log"))


def psql(at, *more):
    """The command line that leads to a server at (host, port)."""
    host, port = at
    return [program("psql"), "-XqAt", "-h", host, "-p", str(port), "-U",
            "alice", *more, "postgres"]


def query(at, text):
    return subprocess.run(psql(at, "-c", text), check=True, text=True,
                          stdout=subprocess.PIPE, timeout=100).stdout.strip()


class Talk(Dialogue):
    """psql, one statement after the other over the same connection."""

    def __init__(self, t, at):
        super().__init__(t, psql(at, "-n", "-v", "PROMPT1=", "-P", "pager=off"))
        self.asked = 0

    def ask(self, text):
        """Sends a statement that returns one value."""
        self.asked += 1
        self.say(f"{text} \\echo end {self.asked}.")

    def answer(self):
        """What came since, up to the end of the last statement."""
        lines = self.expect(f"\nend {self.asked}.\r").splitlines()
        check(len(lines) > 1, f"no value: {lines}")
        return lines[-2]
