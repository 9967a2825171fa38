# SPDX-License-Identifier: BSD-2-Clause
"""Logs that nobody reads, of a gateway and of an agent: both go on, and say later
how many lines are missing."""

import fcntl
import os
import subprocess

from lib.base import check, equal, kill, spawn, wait_for
from lib.tcp import ask, dial

BYTES = 1 << 20                 # what anybody may ask for


class Unread:
    """A pipe that is full; open() is what is written to."""

    def __init__(self, path):
        os.mkfifo(path)
        self.path = path
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        fcntl.fcntl(self.fd, fcntl.F_SETPIPE_SZ, BYTES)
        self.read()
        try:
            while True:
                os.write(self.fd, bytes(4096))
        except BlockingIOError:
            pass

    def open(self):
        """As a supervisor would open it: writing waits for a reader."""
        return os.open(self.path, os.O_WRONLY)

    def read(self):
        got = b""
        try:
            while True:
                got += os.read(self.fd, BYTES)
        except BlockingIOError:
            return got.decode(errors="replace")


def run(t):
    t.may_die = True
    t.resource("echo", t.echo())
    gateway, agent = Unread(t.path("gateway.fifo")), Unread(t.path("agent.fifo"))
    command, t.gw.logs = t.gw.command, False
    t.gw.command = lambda: ["sh", "-c", f'exec "$@" 2>{gateway.path}', "sh",
                            *command()]
    t.gw.start()
    t.ag.write()
    err = agent.open()
    up = spawn(t.ag.command("up", "--foreground"), env=t.ag.env, stderr=err,
               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    os.close(err)
    wait_for(t.ag.pid, "the agent")
    t.ag.wait_state("connected")
    every_process_logs(t)
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a channel without a log")
    said_later(gateway, lambda: ask(dial(t.ag.at("echo"))))
    said_later(agent, lambda: t.ag.ctl("reload"))
    kill(up.pid)
    up.wait()


def every_process_logs(t):
    """The monitor and the worker, the checker of a login, a resolver."""
    t.gw.ctl("reload")
    old = t.gw.part("resolver")
    kill(old)
    wait_for(lambda: resolver(t) not in (None, old), "another resolver")


def resolver(t):
    try:
        return t.gw.part("resolver")
    except AssertionError:
        return None


def said_later(pipe, event):
    text = pipe.read()

    def said():
        nonlocal text
        event()
        text += pipe.read()
        return "log lines lost here: " in text

    wait_for(said, "a line about those that are missing")
    check(int(text.split("log lines lost here: ")[1].split(",")[0]) > 0, text)
