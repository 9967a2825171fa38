# SPDX-License-Identifier: BSD-2-Clause
"""A worker that does not hand its sessions over stays after an upgrade; with
--force it is ended, and agents log in again at a new one."""

import signal

from lib.base import check, children, comm, equal, kill, wait_for
from lib.tcp import Task, ask, dial, fate

TIMEOUT = 120


def workers(t):
    return {pid for pid in children(t.gw.process.pid)
            if comm(pid) == "aditd-worker"}


def upgrade(t, *options):
    return t.run([t.tool("aditctl"), "-c", t.gw.conf_file, "upgrade",
                  *options], check=False)


def fails(t, old, *options):
    """What is said where no new worker gets the sessions."""
    said = Task(upgrade, t, *options)
    heirs = wait_for(lambda: workers(t) - {old}, "a second worker")
    kill(heirs.pop(), signal.SIGKILL)
    return said.result()


def run(t):
    t.may_die = True
    t.resource("echo", t.echo())
    t.up()
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "before")
    old = t.gw.worker()
    kill(old, signal.SIGSTOP)
    said = fails(t, old)
    check("still the old one" in said and "--force" in said, said)
    wait_for(lambda: workers(t) == {old}, "the old worker to be alone")
    said = fails(t, old, "--force")
    check("agents log in again" in said, said)
    wait_for(lambda: workers(t) and old not in workers(t), "another worker")
    equal(fate(kept), ("reset", b""), "the connection of before")
    t.ag.wait_state("connected", 30)
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a new connection")
