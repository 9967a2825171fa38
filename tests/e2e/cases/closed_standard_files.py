# SPDX-License-Identifier: BSD-2-Clause
"""Programs that are started with closed standard files, or with a log that
nobody reads any more: no other file gets their numbers, and no process stops or
spins."""

import os

from lib.base import check, equal, kill, wait_for
from lib.tcp import ask, dial


def run(t):
    t.may_die = True
    t.resource("echo", t.echo())
    command, t.gw.logs = t.gw.command, False
    t.gw.command = lambda: shell("<&- >&- 2>&-", command())
    t.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a channel")
    parts = [t.gw.part(n) for n in ("worker", "resolver", "checker")]
    for part in [t.gw.process.pid] + parts:
        for fd in range(3):
            equal(os.readlink(f"/proc/{part}/fd/{fd}"), "/dev/null",
                  f"descriptor {fd} of {part}")
    t.ag.down()
    t.gw.stop()
    check_passwd(t)
    fifo = t.path("fifo")
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    t.gw.command = lambda: shell(f"2>{fifo}", command())
    t.gw.start()
    os.close(reader)
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a channel without a log")
    t.gw.ctl("reload")
    resolver, before = t.gw.part("resolver"), cpu(t.gw.process.pid)
    kill(resolver)
    wait_for(lambda: replaced(t, resolver), "another resolver")
    check(cpu(t.gw.process.pid) - before < 50, "the monitor turns")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "still a channel")


def shell(redirection, args):
    return ["sh", "-c", f'exec "$@" {redirection}', "sh", *args]


def check_passwd(t):
    """The users file must not get what is meant for standard error."""
    users = os.path.join(t.gw.dir, t.gw.conf[t.gw.title]["users"])
    with open(users, "rb") as f:
        before = f.read()
    t.run(shell(">&- 2>&-", [t.tool("aditctl"), "-c", t.gw.conf_file,
                             "passwd", "--delete", "nobody-of-that-name"]),
          check=False)
    with open(users, "rb") as f:
        equal(f.read(), before, "the users file")


def replaced(t, old):
    try:
        return t.gw.part("resolver") != old
    except AssertionError:
        return False


def cpu(pid):
    """Hundredths of a second."""
    with open(f"/proc/{pid}/stat") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return int(words[11]) + int(words[12])
