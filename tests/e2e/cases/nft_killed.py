# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: whatever is killed, nothing is left or it heals; who flushes
the rules takes none of them away."""

import os
import signal
import subprocess
import time

from lib.base import check, equal, running, wait_for
from lib.fences import has_no_core, is_filtered, threads
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]
VARIANTS = "root", "user"
NET_ADMIN = 12


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not running(pid), f"process {pid} to be dead")


def run(t, who):
    with t.far:
        echo = t.echo(t.far.ip)
    place = "echo.corp.example", echo.port
    t.resource("echo", host=place[0], port=place[1])
    t.resource("silent", host="silent.corp.example", port=80)
    t.gw.hosts = [(t.far.ip, place[0]), (t.far.silent, "silent.corp.example")]
    before = left_over()
    nft = Caught(t, who)
    t.up()
    nft.ready()
    equal(nft.connects(place), ["connected"], "at first")

    subprocess.run(["nft", "flush", "ruleset"], check=True)
    taken = subprocess.run(["nft", "delete", "table", "inet",
                            f"adit-{nft.uid}"], stderr=subprocess.DEVNULL,
                           check=False).returncode
    check(taken, "root could delete the table")
    equal(nft.connects(place), ["connected"], "after rules were flushed")

    helper = nft.helper()
    for s in threads(helper):
        for kind in "CapPrm", "CapEff":
            equal(int(s[kind], 16), 1 << NET_ADMIN, f"{kind} of the helper")
        for kind in "CapInh", "CapAmb":
            equal(int(s[kind], 16), 0, f"{kind} of the helper")
        equal(s["NoNewPrivs"], "1", "NoNewPrivs of the helper")
    has_no_core(helper)
    if not t.sanitized():
        is_filtered(helper)
    kill(helper)
    wait_for(lambda: nft.state() != "ready", "the agent to notice")
    nft.ready()
    equal(nft.connects(place), ["connected"], "by another helper")

    # Who reloads meanwhile has it started at once, and only once.
    kill(nft.helper())
    wait_for(lambda: nft.state() != "ready", "the agent to notice")
    t.ag.ctl("reload")
    nft.ready()
    helper = nft.helper()
    time.sleep(1.5)
    equal(nft.helper(), helper, "the helper, a second later")

    agent, helper = t.ag.pid(), nft.helper()
    kill(agent)
    wait_for(lambda: not running(helper), "the helper to end")
    wait_for(lambda: left_over() == before, "everything to be gone")
    t.ag.up()
    nft.ready()
    equal(nft.connects(place), ["connected"], "by the next agent")

    # A connection that is held when the agent dies.
    waits = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && '
         'exec "$@"', t.path("resolv.conf"), "setpriv", f"--reuid={nft.uid}",
         "--clear-groups", "/usr/bin/python3", "-c",
         "import socket, sys; socket.create_connection(sys.argv[1:3], 3)",
         "silent.corp.example", "80"], stderr=subprocess.DEVNULL)
    agent, helper = t.ag.pid(), nft.helper()
    wait_for(lambda: t.ag.status()["channels"], "its channel")
    kill(helper)
    kill(agent)
    equal(waits.wait(30), 1, "the program that waited")
    wait_for(lambda: left_over() == before, "everything to be gone")
    t.ag.up()
    nft.ready()
    t.ag.down()
    equal(left_over(), before, "what is left")
