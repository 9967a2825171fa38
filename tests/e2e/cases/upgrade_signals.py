# SPDX-License-Identifier: BSD-2-Clause
"""Reloads, listings and further upgrades are asked for all the time while one aditd
takes over from another; none ends the process, nor a connection."""

import signal
import threading

from lib.base import equal, kill, wait_for
from lib.tcp import ask, dial

TIMEOUT = 120
TIMES = 5


class Hail(threading.Thread):
    """The same, again and again."""

    def __init__(self, wait, what, *args):
        super().__init__(daemon=True)
        self.wait, self.what, self.args = wait, what, args
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(self.wait):
            self.what(*self.args)

    def end(self):
        self.over.set()
        self.join()


def ask_for(t, word):
    return t.run([t.tool("aditctl"), "-c", t.gw.conf_file, word], check=False)


def run(t):
    t.resource("echo", t.echo())
    t.up()
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "before")
    done = 0
    while done < TIMES:
        hails = [Hail(0.002, kill, t.gw.process.pid, signal.SIGHUP),
                 Hail(0.001, ask_for, t, "sessions"),
                 Hail(0.001, ask_for, t, "upgrade")]
        said = ask_for(t, "upgrade")
        for hail in hails:
            hail.end()
        equal(t.gw.process.poll(), None, "the exit status of aditd")
        done += "has taken over" in said or "under way" in said
        equal(ask(kept), b"hello", said)
    wait_for(lambda: "has taken over" in ask_for(t, "upgrade"),
             "an upgrade in peace")
    equal(ask(kept), b"hello", "at the end")
