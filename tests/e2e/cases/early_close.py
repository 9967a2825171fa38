# SPDX-License-Identifier: BSD-2-Clause
"""Programs that connect, send a line and close at once, straight and through
SOCKS5: every line arrives.  Where the kernel does not tell whose a closed socket
was, since it is an older one or was asked too late, none is lost in silence."""

import os
import select
import signal

from lib import brief
from lib.base import Skip, equal, matches, pause, wait_for
from lib.tcp import fate

DIRECT = True
VARIANTS = "own", "unprivileged"
TIMES, NOBODY = 200, 65534


def run(t, variant):
    t.uid = NOBODY if variant == "unprivileged" else None
    if t.uid and os.getuid():
        raise Skip("needs root")
    server = t.listen()
    t.resource("lines", server)
    if not t.direct:
        t.agent(uid=t.uid)
        proxy = t.ag.socks()
    t.up()
    here = t.at("lines")
    whole(t, server, lambda: brief.send(TIMES, here, uid=t.uid))
    if t.direct:
        return
    there = server.host, server.port
    whole(t, server, lambda: brief.send(TIMES, proxy, there, t.uid))
    burst(t, server, 20, lambda: late(t, here))
    if lost(t):
        matches("early close.*refused", t.ag.call("status")[1], "adit status")
        matches("early_close in adit.ini", log(t), "the agent's log")
    # Whoever asks for it has them all, on every kernel and however late.
    t.ag.conf["agent"]["early_close"] = "accept"
    t.ag.write()
    t.ag.ctl("reload")
    before = lost(t)
    burst(t, server, 20, lambda: late(t, here))
    equal(lost(t), before, "lines refused in spite of early_close = accept")


def whole(t, server, deed):
    """All lines arrive, where the kernel tells; the agent may be kept waiting for
    longer than the kernel tells by what else runs, but not always."""
    for _ in range(3):
        before = lost(t)
        burst(t, server, TIMES, deed)
        if lost(t) == before or not brief.kernel_tells():
            return
    equal(lost(t), before, "lines refused")


def late(t, here):
    """The agent looks when the kernel has forgotten whose they were."""
    pid = t.ag.pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        brief.send(20, here, uid=t.uid)
        pause(0.1)
    finally:
        os.kill(pid, signal.SIGCONT)


def burst(t, server, times, deed):
    """All lines arrive, or are counted as refused."""
    want, got = {brief.line(i) for i in range(times)}, []
    before = lost(t)
    deed()
    while len(got) < times:
        come = wait_for(lambda: comes(server) or lost(t) - before + len(got)
                        == times and "no more", f"line {len(got)}")
        if come == "no more":
            break
        end, data = fate(server.accept())
        equal(end, "eof", "how a connection ended")
        got.append(data)
    equal(len(set(got) & want), len(got), "lines that are ours, once each")


def comes(server):
    return select.select([server.sock], [], [], 0)[0]


def lost(t):
    """Refused, since nobody can tell whose they were."""
    return 0 if t.direct else t.ag.status()["early_close"]["refused"]


def log(t):
    with open(t.ag.status()["log"]) as f:
        return f.read()
