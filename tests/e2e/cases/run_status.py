# SPDX-License-Identifier: BSD-2-Clause
"""adit run: the command is the process that was started: its status, signals
and files are its own; 125 to 127 where there was no command."""

import os
import signal

from lib.base import equal, matches, spawn, wait_for

VARIANTS = "user", "root"


def run(t, who):
    uid = 65534 if who == "user" else None
    t.agent(uid=uid)
    t.gw.resource("none", host="127.0.0.1", port="1")
    t.ag.write()
    status, text = t.ag.run("true")
    equal(status, 125, text)
    matches("no agent is running; adit up", text, "without an agent")
    t.up()
    t.ag.env["PATH"] = "/usr/bin:/bin"
    for want in 0, 3, 42:
        equal(t.ag.run("sh", "-c", f"exit {want}"), (want, ""), "status")
    equal(t.ag.run("/etc/passwd")[0], 126, "no program")
    status, text = t.ag.run("no-such-program")
    equal(status, 127, text)
    matches("no-such-program: No such file", text, "what is missing")
    equal(t.ag.run("id", "-u"), (0, f"{uid or 0}\n"), "the user inside")
    equal(t.ag.run("curl", "--json", "x", "-V")[0], 0, "options of another")
    command = spawn(t.ag.command("run", "sh", "-c", "sleep 100 & wait"),
                    env=t.ag.env)
    wait_for(lambda: t.ag.status()["runs"], "the command")
    equal(t.ag.status()["runs"][0]["pid"], command.pid, "its process")
    os.kill(command.pid, signal.SIGTERM)
    equal(command.wait(), -signal.SIGTERM, "ended by a signal")
