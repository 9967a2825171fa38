# SPDX-License-Identifier: BSD-2-Clause
"""A shell, a copy and a new connection by ssh while the tunnel breaks: what
was typed meanwhile is answered, the file is whole, and the new connection
gets in."""

import subprocess

from lib import ftp, link
from lib.base import check, equal, pause, wait_for
from lib.pty import Dialogue
from lib.servers import program
from lib.tcp import Task

TIMEOUT = 120
NEEDS = ["ssh", "sshd", "scp"]
SIZE = 24 << 20
PROMPT = "ready> "


def run(t):
    way = link.Link(t)
    server = t.sshd()
    t.resource("ssh", server)
    t.up()
    host, port = t.at("ssh")
    ssh = [program("ssh"), *server.options, "-p", str(port)]
    here = ftp.make(t.path("here"), SIZE)
    with Dialogue(t, [*ssh, "-tt", host, f"PS1='{PROMPT}' sh"]) as shell:
        shell.expect(PROMPT)
        for number, refuse in enumerate((False, True), 1):
            carried = way.wires[-1].carried
            there = t.path(f"there-{number}")
            copy = Task(t.run, [
                "scp", "-l", str(SIZE * 8 // 1024 // 4), *server.options, "-P",
                str(port), here, f"{host}:{there}"])
            wait_for(lambda: way.wires[-1].carried > carried + SIZE // 8,
                     "some of the file to pass", within=60)
            way.go_dark(refuse)
            shell.say(f"echo $(({number} * 21))")
            late = Task(subprocess.check_output, [*ssh, host, "echo inside"])
            pause(link.DARK)
            check(copy.is_alive() and late.is_alive(), "over in the dark")
            way.cut()
            way.come_back()
            shell.expect(f"\n{number * 21}\r")
            equal(late.result(), b"inside\n", "a connection in the dark")
            link.resumed(t, number)
            copy.result()
            ftp.same(here, there, "what was copied")
        shell.say("exit")
        wait_for(lambda: shell.process.poll() is not None, "the shell to end")
