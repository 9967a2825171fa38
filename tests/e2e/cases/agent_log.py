# SPDX-License-Identifier: BSD-2-Clause
"""Each line of the agent's log begins with date and time, in the background and
in the foreground."""

import re
import signal

from lib.base import check, kill, spawn, wait_for

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d adit: ")


def run(t):
    t.resource("echo", t.echo())
    # Set wherever systemd started the shell; the log is no journal for that.
    t.ag.env["JOURNAL_STREAM"] = "1:2"
    t.up()
    t.ag.down()
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        lines(f.read())
    log = t.path("foreground.log")
    agent = spawn(t.ag.command("up", "--foreground"), env=t.ag.env, log=log)
    t.ag.wait_state("connected")
    kill(agent.pid, signal.SIGTERM)
    wait_for(lambda: agent.poll() is not None, "adit to end")
    with open(log) as f:
        text = f.read()
    lines("\n".join(x for x in text.splitlines() if "adit: " in x))


def lines(text):
    check(text.strip(), "the log is empty")
    for line in text.splitlines():
        check(LINE.match(line), f"no time in: {line}")
