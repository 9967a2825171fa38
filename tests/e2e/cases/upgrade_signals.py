# SPDX-License-Identifier: BSD-2-Clause
"""Reloads are asked for all the time while one aditd takes over from another;
neither ends the process, nor a connection."""

import signal
import threading

from lib.base import equal, kill
from lib.tcp import ask, dial

TIMEOUT = 120
TIMES = 5


class Hail(threading.Thread):
    """SIGHUP, again and again."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.over = pid, threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.002):
            kill(self.pid, signal.SIGHUP)

    def end(self):
        self.over.set()
        self.join()


def run(t):
    t.resource("echo", t.echo())
    t.up()
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "before")
    done = 0
    while done < TIMES:
        hail = Hail(t.gw.process.pid)
        said = t.run([t.tool("aditctl"), "-c", t.gw.conf_file, "upgrade"],
                     check=False)
        hail.end()
        equal(t.gw.process.poll(), None, "the exit status of aditd")
        done += "has taken over" in said or "try again" in said
        equal(ask(kept), b"hello", said)
    t.gw.ctl("upgrade")
    equal(ask(kept), b"hello", "at the end")
