# SPDX-License-Identifier: BSD-2-Clause
"""There is one agent for each configuration: commands find it from another
kind of login, and where a cleaner or a logout took its socket away; what a
crash leaves is no obstacle."""

import os
import shutil
import signal

from lib.base import check, equal, kill, wait_for
from lib.base import running
from lib.tcp import ask, dial


def without_socket(t, socket):
    """Its folder cannot be made again: the lock is all that is left."""
    shutil.rmtree(os.path.dirname(socket))
    with open(os.path.dirname(socket), "w"):
        pass
    status, text = t.ag.call("status")
    check(status == 1 and "adit down ends it" in text, f"status: {text}")
    status, text = t.ag.call("up")
    check(status == 1 and "adit down ends it" in text, f"a second up: {text}")
    t.ag.down()
    os.unlink(os.path.dirname(socket))


def run(t):
    t.resource("echo", t.echo())
    del t.ag.conf["agent"]["control"]
    desktop = t.ag.env
    cron = {k: v for k, v in desktop.items() if k != "XDG_RUNTIME_DIR"}
    t.up()
    pid = t.ag.status()["pid"]
    app = dial(t.ag.at("echo"))

    # As cron, su and ssh have it.
    t.ag.env = cron
    equal(t.ag.status()["pid"], pid, "the agent, from another login")
    check("already up" in t.ag.up(), "a second up, from there")
    equal(t.ag.status()["pid"], pid, "the agent after a second up")

    for env in desktop, cron:
        t.ag.env = env
        shutil.rmtree(f"{t.ag.dir}/adit")
        equal(t.ag.status()["pid"], pid, "the agent without its socket")
        equal(len(os.listdir(f"{t.ag.dir}/adit")), 1, "sockets made anew")
    equal(ask(app), b"hello", "the connection of before")

    # Another file is another configuration.
    other = t.agent(name="other")
    del other.conf["agent"]["control"]
    other.env = dict(desktop)
    other.up()
    check(other.status()["pid"] != pid, "an agent for each configuration")
    other.down()
    equal(t.ag.status()["pid"], pid, "the first one")

    kill(pid, signal.SIGKILL)
    wait_for(lambda: not running(pid), "the agent to be gone")
    t.ag.env = desktop
    t.ag.up()
    pid = t.ag.status()["pid"]
    socket = f"{t.ag.dir}/adit/agent.sock"
    t.ag.down()
    wait_for(lambda: not running(pid), "the agent to be gone")

    t.ag.conf["agent"]["control"] = socket
    t.ag.up()
    pid = t.ag.status()["pid"]
    without_socket(t, socket)
    check(not running(pid), "the agent after adit down")
    t.ag.up()
