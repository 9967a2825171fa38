# SPDX-License-Identifier: BSD-2-Clause
"""Many agents of as many users that start in one moment, behind one address."""

import os
import signal
import subprocess
import time

from .base import kill, spawn, wait_for


class Office:
    """user0, user1, ... with alice's password, each with an agent."""

    def __init__(self, t, count):
        self.t, self.began = t, 0
        t.gw.write()
        path = f"{t.gw.dir}/{t.gw.conf[t.gw.title]['users']}"
        with open(path) as f:
            entry = next(line for line in f if line.startswith("alice:"))
        with open(path, "a") as f:
            f.writelines(entry.replace("alice", f"user{n}", 1)
                         for n in range(count))

    def agent(self, number):
        """With a network of its own for its listeners."""
        found = self.t.agent(name=f"agent{number}", user=f"user{number}")
        found.conf["agent"]["loopback_net"] = \
            f"127.{128 + number // 250}.{number % 250}.0/28"
        found.write()
        return found

    def start(self, count):
        """`adit up` of the next agents.  The worker stands still until all of
        them are connected: so they come in one moment, however long their
        processes take to start.  They, and the seconds until each was in, None
        for one that gave up."""
        agents = [self.agent(self.began + n) for n in range(count)]
        self.began += count
        worker, before = self.t.gw.worker(), self.connected()
        kill(worker, signal.SIGSTOP)
        running = {n: spawn(a.command("up"), log=f"{a.dir}/up.log", env=a.env,
                            stdin=subprocess.DEVNULL)
                   for n, a in enumerate(agents)}
        wait_for(lambda: self.connected() - before >= count,
                 "all to connect", 120)
        began = time.monotonic()
        kill(worker, signal.SIGCONT)
        took = [None] * count

        def all_ended():
            for n in [n for n, p in running.items() if p.poll() is not None]:
                if not running.pop(n).returncode:
                    took[n] = time.monotonic() - began
                    agents[n].is_up = True
            return not running

        wait_for(all_ended, "every adit up to end", 300)
        return agents, took

    def connected(self):
        """How many connections the gateway's side of the kernel has."""
        with open("/proc/net/tcp") as f:
            rows = [line.split() for line in list(f)[1:]]
        port = f"{self.t.gw.port:04X}"
        return sum(row[1].endswith(f":{port}") and row[3] == "01"
                   for row in rows)


def said(agent):
    """What `up` wrote, and the agent's own log."""
    text = ""
    for name in "up.log", "state/adit/agent.log":
        if os.path.exists(f"{agent.dir}/{name}"):
            with open(f"{agent.dir}/{name}") as f:
                text += f.read()
    return text
