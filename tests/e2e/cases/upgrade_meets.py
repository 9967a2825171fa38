# SPDX-License-Identifier: BSD-2-Clause
"""An upgrade that meets another one, which waits for its file, and one that meets
the answer to a listing of before."""

import os
import shutil
import signal

from lib.base import check, children, comm, equal, kill, wait_for
from lib.tcp import Task, ask, dial

TIMEOUT = 120


def ask_for(t, word):
    return t.run([t.tool("aditctl"), "-c", t.gw.conf_file, word], check=False)


def below(t, name):
    return [pid for pid in children(t.gw.process.pid) if comm(pid) == name]


def run(t):
    os.mkdir(t.path("bin"), 0o755)
    t.gw.program = program = t.path("bin/aditd")
    shutil.copy(t.tool("aditd"), program)
    t.resource("echo", t.echo())
    t.up()
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "before")

    gate = t.path("gate")
    os.mkfifo(gate)
    os.unlink(program)
    with open(program, "w") as f:
        f.write(f"#!/bin/sh\nread -r word <{gate}\nexit 2\n")
    os.chmod(program, 0o755)
    first = Task(ask_for, t, "upgrade")
    with open(gate, "w") as f:          # opened once somebody reads there
        check("under way" in ask_for(t, "upgrade"), "the second one")
        f.write("go on\n")
    check("cannot take over" in first.result(), first.result())
    equal(ask(kept), b"hello", "after two upgrades at once")

    os.unlink(program)
    shutil.copy(t.tool("aditd"), program)
    old = t.gw.worker()
    kill(old, signal.SIGSTOP)
    listing = Task(ask_for, t, "sessions")
    said = Task(ask_for, t, "upgrade")
    wait_for(lambda: len(below(t, "aditd-worker")) == 2, "a second worker")
    kill(old, signal.SIGCONT)
    check("has taken over" in said.result(), said.result())
    listing.result()
    equal(ask(kept), b"hello", "after an answer to nobody")
