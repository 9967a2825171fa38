# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: the agent, its helper and a command of `adit run` are killed
in every order, while both have a connection: nothing is left of any of them."""

import itertools
import os
import subprocess

from lib.base import (comm, descendants, equal, kill, running, spawn, wait_end,
                      wait_for)
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]
TIMEOUT = 90

STAYS = """
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
print("connected", flush=True)
sys.stdin.read()
"""


def files(folder):
    return sorted(os.path.join(at, name)
                  for at, _, names in os.walk(folder) for name in names)


def there(t):
    """All that must be the same before and after, but for files."""
    with open("/proc/self/mountinfo", encoding="utf-8") as f:
        mounts = f.read()
    alive = sorted(comm(p) for p in descendants(os.getpid()) if running(p))
    return [*left_over(), mounts, alive, t.ag.pid()]


def run(t):
    with t.far:
        echo = t.echo(t.far.ip)
    t.resource("echo", echo, intercept_address="yes")
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    t.up()
    t.ag.down()
    before, before_files = there(t), files(t.ag.dir)

    def stays(command, **kw):
        process = spawn([*command, "/usr/bin/python3", "-c", STAYS, echo.host,
                         str(echo.port)], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, text=True, **kw)
        equal(process.stdout.readline(), "connected\n", str(command))
        return process

    for order in itertools.permutations(("agent", "helper", "command")):
        t.ag.up()
        nft.ready()
        caught = stays(["setpriv", f"--reuid={nft.uid}", "--clear-groups"])
        command = stays(t.ag.command("run"), env=t.ag.env)
        whom = {"agent": t.ag.pid(), "helper": nft.helper(),
                "command": command.pid}
        for name in order:
            kill(whom[name])
        for process in command, caught:
            process.stdin.close()
            wait_end(process, "a program")
        wait_for(lambda: there(t) == before, f"{order}: nothing to be left")
        t.ag.up()
        nft.ready()
        equal(nft.connects((echo.host, echo.port)), ["connected"], str(order))
        t.ag.down()
        equal(there(t), before, f"{order}: what is left")
        equal(files(t.ag.dir), before_files, f"{order}: files")
