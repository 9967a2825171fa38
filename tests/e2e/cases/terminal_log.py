# SPDX-License-Identifier: BSD-2-Clause
"""aditd that was started on a terminal: what its processes write there comes
escaped, before an upgrade and behind it, and all of them end with it."""

import os
import signal

from lib.base import check, children, comm, equal, kill, running, wait_for
from lib.pty import Dialogue

ROOT = True             # to write as the worker could
ESCAPE = b"\x1b]0;title\x07\x1b[2J\xc2\x9b31m"
PARTS = "worker", "resolver"


def run(t):
    t.gw.user("alice")
    t.gw.write()
    with Dialogue(t, t.gw.command()) as terminal:
        terminal.expect("listening on")
        before = try_each(terminal)
        t.gw.ctl("upgrade")
        after = try_each(terminal)
        check(before["worker"] != after["worker"], "the worker is the old one")
        kill(terminal.process.pid, signal.SIGTERM)
        terminal.expect("aditd has ended")
        wait_for(lambda: not any(running(p) for p in after.values()),
                 "the processes of aditd to end")
        check("\x1b" not in terminal.all and "\x9b" not in terminal.all,
              f"raw on the terminal: {terminal.all!r}")
    only_the_output(t)


def only_the_output(t):
    """The log is a file; the terminal is the monitor's alone."""
    log = t.path("redirected.log")
    with Dialogue(t, ["sh", "-c", 'log=$1; shift; exec "$@" 2>"$log"', "sh", log,
                      *t.gw.command()]) as terminal:
        wait_for(lambda: all(parts_of(terminal).values()),
                 "the processes of aditd")
        for pid in parts_of(terminal).values():
            equal([os.readlink(f"/proc/{pid}/fd/{fd}") for fd in range(3)],
                  ["/dev/null", log, log], "standard files")
        kill(terminal.process.pid, signal.SIGTERM)
        terminal.process.wait()


def parts_of(terminal):
    found = {comm(p): p for p in children(terminal.process.pid)}
    return {name: found.get(f"aditd-{name}") for name in PARTS}


def try_each(terminal):
    """What each process may write to, it writes to; {name: process id}."""
    wait_for(lambda: all(parts_of(terminal).values()), "the processes of aditd")
    for name, pid in parts_of(terminal).items():
        for fd in 0, 1, 2:
            say(pid, fd, f"{name} {fd}".encode())
        # Behind standard input is /dev/null.
        for fd in 1, 2:
            terminal.expect(r"\x1b]0;title\x07\x1b[2J\xc2\x9b31m"
                            f"{name} {fd}\r\n")
    return parts_of(terminal)


def say(pid, fd, text):
    with open(f"/proc/{pid}/fd/{fd}", "wb", buffering=0) as f:
        f.write(ESCAPE + text + b"\n")
