# SPDX-License-Identifier: BSD-2-Clause
"""The agent, or the gateway's worker, stands still in mid-transfer, shorter
and longer than the other side waits for an answer; then it goes on."""

import signal

from lib.base import equal, kill, pause
from lib.crowd import Crowd, slowly
from lib.tcp import ask, dial

TIMEOUT = 180
VARIANTS = "agent-2", "agent-13", "worker-2", "worker-13"


def run(t, variant):
    who, seconds = variant.split("-")
    listener = t.listen()
    t.resource("tcp", listener)
    t.resource("echo", t.echo())
    t.up()
    pid = t.ag.pid() if who == "agent" else t.gw.worker()
    crowd = Crowd(t, listener, 10, t.size(4 << 20, 1 << 20),
                  slowly(1 << 17, 0.1))
    pause(0.3)
    kill(pid, signal.SIGSTOP)
    pause(float(seconds))
    kill(pid, signal.SIGCONT)
    crowd.finish()
    t.ag.wait_state("connected")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "afterwards")
    if seconds == "2":
        equal(t.ag.status()["resumed"], 0, "resumed without need")
