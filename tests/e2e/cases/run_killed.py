# SPDX-License-Identifier: BSD-2-Clause
"""adit run: an agent that was killed and started again serves what runs, and
nothing is left of a command that was killed."""

import os
import signal
import subprocess

from lib.base import check, equal, running, spawn, wait_for

NET = True
NEEDS = ["curl", "nginx"]
VARIANTS = "user", "root"

# Looks a name up once, and dials its address ever after.
KEEP = """
import socket, sys
address = socket.gethostbyname("far.corp.example")
for line in sys.stdin:
    try:
        socket.create_connection((address, 8080), 5).close()
        print("connected", flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
"""


def state(t):
    """What is left of commands in the agent's state."""
    try:
        return sorted(os.listdir(f"{t.ag.env['XDG_STATE_HOME']}/adit/runs"))
    except FileNotFoundError:
        return []


def run(t, who):
    with t.far:
        t.nginx(t.far.ip, 8080)
    t.resource("web", host="any", port="8080", allow="10.9.0.0/24")
    t.gw.hosts = [(t.far.ip, "far.corp.example")]
    t.agent(uid=65534 if who == "user" else None)
    t.up()
    command = spawn(t.ag.command("run", "/usr/bin/python3", "-c", KEEP),
                    env=t.ag.env, stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, text=True)

    def dial():
        command.stdin.write("\n")
        command.stdin.flush()
        return command.stdout.readline().strip()

    equal(dial(), "connected", "before")
    pid = t.ag.pid()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not running(pid), "the agent to be dead")
    equal(dial(), "ConnectionRefusedError", "while no agent is there")
    t.ag.up()
    t.ag.wait_state("connected")
    equal(dial(), "connected", "by the next agent")
    runs = t.ag.status()["runs"]
    equal([r["early"] for r in runs], [0], "connections accepted early")
    check(len(state(t)) == 2, f"written down: {state(t)}")
    command.kill()
    command.wait()
    wait_for(lambda: not t.ag.status()["runs"], "the run to end")
    t.ag.down()
    equal(state(t), [], "what is left")
