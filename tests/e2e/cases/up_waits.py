# SPDX-License-Identifier: BSD-2-Clause
"""`up` waits for a gateway that is not there yet, and says so; --once does not;
^C and `down` end it."""

import signal
import subprocess

from lib.base import check, equal, kill, spawn, wait_for


class Up:
    """`adit up`, which takes its time."""

    def __init__(self, t, *flags):
        self.log = t.path("up.log")
        open(self.log, "w").close()
        self.process = spawn(t.ag.command("up", *flags), log=self.log,
                             env=t.ag.env)

    def said(self):
        with open(self.log) as f:
            return f.read()

    def waits(self):
        wait_for(lambda: "trying again; Ctrl-C ends" in self.said(),
                 f"up to say that it waits: {self.said()}")
        check("Connection refused" in self.said(), self.said())

    def ends(self, status):
        wait_for(lambda: self.process.poll() is not None, "up to end")
        equal(self.process.returncode, status, f"status of up: {self.said()}")


def run(t):
    t.resource("echo", t.echo())
    t.ag.write()
    status, text = t.ag.call("up", "--once")
    check(status == 1 and "Connection refused" in text, f"{status} {text}")

    up = Up(t)
    up.waits()
    pid = t.ag.pid()
    check(pid, "an agent that tries")
    kill(up.process.pid, signal.SIGINT)
    up.ends(-signal.SIGINT)
    wait_for(lambda: not t.ag.pid(), "the agent to end with its up")

    up = Up(t)
    up.waits()
    t.ag.down()
    up.ends(1)

    up = Up(t)
    up.waits()
    t.gw.start()
    up.ends(0)
    t.ag.is_up = True
    t.ag.wait_state("connected")
    equal(up.said().count("trying again"), 1, "it says so once")
    check("logged in" in up.said(), up.said())
    t.ag.down()
    t.gw.stop()

    # As a service has it: no terminal, in the foreground.
    log = t.path("foreground.log")
    spawn(t.ag.command("up", "--foreground"), log=log, env=t.ag.env,
          stdin=subprocess.DEVNULL)
    wait_for(lambda: "Connection refused" in open(log).read(), "its log")
    t.gw.start()
    t.ag.is_up = True
    t.ag.wait_state("connected")
