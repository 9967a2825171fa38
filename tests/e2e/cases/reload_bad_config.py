# SPDX-License-Identifier: BSD-2-Clause
"""Reload with a wrong configuration: file:line is said, the old one stays."""

import os
import signal

from lib.base import check, equal, matches, running
from lib.tcp import ask, dial


def run(t):
    t.resource("echo", t.echo())
    t.up()
    sock = dial(t.ag.at("echo"))
    with open(t.gw.conf_file) as f:
        good = f.read()
    with open(t.gw.conf_file, "w") as f:
        f.write(good + "[resource broken]\nhots = x\n")
    line = good.count("\n") + 2
    where = rf"aditd\.ini:{line}: .*hots.*"
    for command in ("reload",), ("check",):
        out = t.gw.ctl(*command, check=False)
        matches(where, out, f"aditctl {command[0]}")
    matches(where + "host", out, "did you mean")
    os.kill(t.gw.process.pid, signal.SIGHUP)
    t.gw.wait_log(where)
    check(running(t.gw.process.pid), "aditd ended")
    equal(ask(sock), b"hello", "the channel")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a new channel")
    with open(t.gw.conf_file, "w") as f:
        f.write(good)
    t.gw.ctl("check")
    t.gw.ctl("reload")
