# SPDX-License-Identifier: BSD-2-Clause
"""Monitoring asks: numbers in both texts, health and readiness, at addresses of
both families and at a socket; the place moves with a reload and stays over an
upgrade; whoever says nothing keeps nobody out."""

import os
import signal
import socket
import stat

from lib import metrics
from lib.base import Failure, check, equal, free_port, kill, matches, wait_for
from lib.tcp import ask, dial

TIMEOUT = 90


def run(t):
    t.may_die = True
    t.resource("echo", t.echo())
    four, six = ("127.0.0.1", free_port("127.0.0.1")), ("::1", free_port("::1"))
    named = t.path("metrics.sock")
    t.gw.conf["server"]["metrics"] = [
        f"127.0.0.1:{four[1]}, [::1]:{six[1]}", named]
    t.up()
    sock = dial(t.ag.at("echo"))
    equal(ask(sock), b"hello", "a channel")
    answers(t, [four, six, named])
    silent_crowd(four)
    dies(t, four)
    upgraded(t, four, named)
    moves(t, four, six)
    drained(t, six)


def answers(t, places):
    for at in places:
        equal(metrics.status(at, "/health"), 200, f"health at {at}")
        equal(metrics.status(at, "/ready"), 200, f"ready at {at}")
        equal(metrics.status(at, "/etc/passwd"), 404, f"another path at {at}")
        found = metrics.scrape(at)
        equal((found['adit_sessions{gateway="main"}'], found["adit_channels"],
               found['adit_logins_total{result="accepted"}']), (1, 1, 1),
              f"numbers at {at}")
        check(found["adit_certificate_expiry_timestamp_seconds"
                    '{gateway="main"}'] > 1.8e9, str(found))
        equal(found, metrics.scrape(at, "*/*"), f"both texts at {at}")
    _, headers, text = metrics.ask(places[0], "/metrics",
                                   {"Accept": metrics.OPEN})
    equal((headers["Content-Type"], text.endswith("\n# EOF\n")),
          (metrics.OPEN, True), "OpenMetrics")
    equal(metrics.ask(places[0], "/metrics")[1]["Content-Type"], metrics.PLAIN,
          "the older text")
    check("alice" not in text and t.echo().host not in text,
          "who and where is nobody's business there")
    equal(metrics.ask(places[0], "/metrics", method="POST")[0], 405, "POST")
    equal(stat.S_IMODE(os.stat(places[2]).st_mode), 0o660, "mode of the socket")


def silent_crowd(at):
    """More than there is room for, half of them with half a request."""
    crowd = []
    for i in range(150):
        sock = socket.create_connection(at)
        if i % 2:
            sock.sendall(b"GET /metrics HTTP/1.1\r\nHost: x")
        crowd.append(sock)
    equal(metrics.status(at, "/ready"), 200, "beside a silent crowd")
    for sock in crowd:
        sock.close()


def dies(t, at):
    web = t.gw.part("web")
    kill(web)
    wait_for(lambda: metrics.status(at, "/health") == 200, "another one")
    check(t.gw.part("web") != web, "the same process")
    worker = t.gw.worker()
    kill(worker, signal.SIGSTOP)
    wait_for(lambda: metrics.status(at, "/ready") == 503, "it does not answer")
    equal(metrics.status(at, "/health"), 200, "health without a worker")
    kill(worker, signal.SIGCONT)
    wait_for(lambda: metrics.status(at, "/ready") == 200, "it answers again")
    kill(worker)
    wait_for(lambda: another(t, worker), "another worker")
    wait_for(lambda: metrics.status(at, "/ready") == 200, "its numbers")
    t.ag.wait_state("connected", 30)


def another(t, worker):
    try:
        return t.gw.worker() != worker
    except Failure:
        return False


def upgraded(t, at, named):
    """Who connects meanwhile waits, and is answered."""
    before = os.stat(named).st_ino
    t.gw.ctl("upgrade")
    equal(metrics.status(at, "/health"), 200, "after an upgrade")
    wait_for(lambda: metrics.status(named, "/ready") == 200, "the socket")
    equal(os.stat(named).st_ino, before, "the same socket")
    t.ag.wait_state("connected", 30)


def moves(t, four, six):
    """To another port, away from the socket; not to one that is taken."""
    taken = t.listen("127.0.0.1")
    t.gw.conf["server"]["metrics"] = f"127.0.0.1:{taken.port}"
    t.gw.write()
    said = t.gw.ctl("reload", check=False)
    matches(rf"metrics: cannot listen on 127\.0\.0\.1:{taken.port}: Address "
            "already in use; which program has it", said, "a port that is taken")
    equal(metrics.status(four, "/ready"), 200, "as before")
    t.gw.conf["server"]["metrics"] = f"[::1]:{six[1]}"
    t.gw.reload()
    wait_for(lambda: metrics.status(four, "/ready") is None, "no more there")
    equal(metrics.status(six, "/ready"), 200, "still here")
    check(not os.path.exists(t.path("metrics.sock")), "its name is gone")
    t.gw.conf["server"]["metrics"] = [f"[::1]:{six[1]}", "0.0.0.0:9720"]
    t.gw.write()
    matches(r"warning|0\.0\.0\.0:9720: whoever reaches this address",
            t.gw.ctl("check", check=False), "everybody may ask")


def drained(t, at):
    t.gw.write()
    sock = dial(t.ag.at("echo"))
    equal(ask(sock), b"hello", "a channel")
    t.gw.ctl("drain")
    # Several who ask within a quarter of a second get one answer.
    wait_for(lambda: metrics.status(at, "/ready") == 503, "the drain")
    equal(metrics.ask(at, "/ready")[2], "not ready: aditd is draining\n",
          "drain")
    equal(metrics.scrape(at)["adit_draining"], 1, "drain, as a number")
