# SPDX-License-Identifier: BSD-2-Clause
"""`up` when already up succeeds and changes nothing; also where another `up` was
faster, while this one waited for its password."""

import subprocess

from lib.adit import PASSWORD
from lib.base import check, equal, spawn
from lib.tcp import ask, dial


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    t.ag.write()
    slow = spawn(t.ag.command("up", "--password-stdin"), env=t.ag.env,
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                 stderr=subprocess.STDOUT, text=True)
    t.ag.up()
    said, _ = slow.communicate(PASSWORD + "\n", timeout=30)
    equal(slow.returncode, 0, f"the exit status of the slow one: {said}")
    check("already up" in said, said)
    pid = t.ag.pid()
    sock = dial(t.ag.at("echo"))
    t.ag.up()
    equal(t.ag.pid(), pid, "the agent's process")
    equal(ask(sock), b"hello", "the channel that was open")
