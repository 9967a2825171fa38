# SPDX-License-Identifier: BSD-2-Clause
"""The new worker dies before it has anything; the old one, which stood still
meanwhile, goes on with all connections.  And the next try succeeds."""

import signal

from lib import link
from lib.base import check, children, comm, equal, kill, wait_for
from lib.tcp import Task, ask, dial

TIMEOUT = 120


def workers(t):
    return [pid for pid in children(t.gw.process.pid)
            if comm(pid) == "aditd-worker"]


def upgrade(t):
    return t.run([t.tool("aditctl"), "-c", t.gw.conf_file, "upgrade"],
                 check=False)


def run(t):
    t.resource("echo", t.echo())
    t.up()
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "before")
    old = t.gw.worker()
    kill(old, signal.SIGSTOP)
    said = Task(upgrade, t)
    heirs = wait_for(lambda: set(workers(t)) - {old}, "a second worker")
    kill(heirs.pop(), signal.SIGKILL)
    check("still the old one" in said.result(), said.result())
    kill(old, signal.SIGCONT)
    equal(ask(kept), b"hello", "after a failure")
    equal(t.gw.json("stats")["worker_pid"], old, "the worker")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a new connection")
    was = t.ag.status()["resumed"]
    check("has taken over" in upgrade(t), "the next try")
    link.resumed(t, was + 1)
    equal(ask(kept), b"hello", "after the next try")
    wait_for(lambda: len(workers(t)) == 1, "one worker")
