# SPDX-License-Identifier: BSD-2-Clause
"""Connections in every state survive an outage: half closed, urgent, opened,
ended or reset meanwhile, by SOCKS, idle; the listings tell of it.  And the same
when another aditd takes over in the dark."""

import socket

from lib import link, socks
from lib.base import check, equal, pause, wait_for
from lib.tcp import Task, ask, dial, fate, read_exactly, read_marked, reset

TIMEOUT = 90
VARIANTS = "same", "upgrade"


def run(t, variant):
    way = link.Link(t, upgrade=variant == "upgrade")
    listener, echo = t.listen(), t.echo()
    t.resource("tcp", listener)
    t.resource("echo", echo)
    proxy = t.ag.socks()
    t.up()
    idle = dial(t.ag.at("echo"))
    ask(idle)
    before = link.session(t)
    equal((before["resumed"], before["last_gap_ms"], before["resent"]),
          (0, None, 0), "before")
    equal((t.ag.status()["resumed"], t.ag.status()["gap_ms"]), (0, None),
          "before, at the agent")
    for number, refuse in enumerate((True, False), 1):
        outage(t, way, listener, (proxy, echo), refuse)
        equal(ask(idle), b"hello", "the idle one")
        link.resumed(t, number)
    after = link.session(t)
    equal(after["session"], before["session"], "the session")
    told(t, after, 2)
    # Nothing at all is under way: the outage is nobody's concern.
    gap = after["last_gap_ms"]
    way.cut()
    link.resumed(t, 3)
    equal(ask(idle), b"hello", "the idle one, after a cut")
    wait_for(lambda: link.session(t)["rtt_ms"] is not None, "a round trip")
    told(t, link.session(t), 3)
    check(link.session(t)["last_gap_ms"] <= max(gap, 3000), "the last gap")


def told(t, session, times):
    status = t.ag.status()
    equal((session["resumed"], status["resumed"]), (times, times), "resumed")
    check(session["last_gap_ms"] is not None, "no last_gap_ms")
    check(0 < status["gap_ms"] < 60000, f"gap_ms {status['gap_ms']}")
    text = t.gw.ctl("sessions", "--wide")
    check("RESUMED" in text and "RESENT" in text, text)
    equal(status["resent"] > 0, True, f"resent, at the agent: {status}")
    text = t.ag.ctl("status")
    for key in "resumed", "the last time after", "round trip", "sent again":
        check(key in text, text)


def outage(t, way, listener, through, refuse):
    """Everything that can be under way, and what happens in the dark."""
    proxy, echo = through
    half, half_server = t.pair(listener)    # the application has ended
    half.sendall(b"question")
    half.shutdown(socket.SHUT_WR)
    equal(fate(half_server), ("eof", b"question"), "half a connection")
    other, other_server = t.pair(listener)  # the server has ended
    other_server.shutdown(socket.SHUT_WR)
    equal(fate(other), ("eof", b""), "the other half")
    urgent, urgent_server = t.pair(listener)
    marks = []
    reader = Task(read_marked, urgent_server, marks)
    gone, gone_server = t.pair(listener)
    lost, lost_server = t.pair(listener)
    ended, ended_server = t.pair(listener)
    at = t.ag.at("echo")

    way.go_dark(refuse)
    half_server.sendall(b"answer")
    half_server.shutdown(socket.SHUT_WR)
    other.sendall(b"more")
    urgent.sendall(b"abc")
    urgent.send(b"!", socket.MSG_OOB)
    urgent.sendall(b"def")
    urgent.shutdown(socket.SHUT_WR)
    reset(gone)
    reset(lost_server)
    ended.sendall(b"bye")
    ended.shutdown(socket.SHUT_WR)
    pause(0.3)                  # some of it is swallowed, some comes after
    way.cut()
    opened = dial(at)
    asked = Task(socks.connect, proxy, echo.host, echo.port)
    opened.sendall(b"hello")
    other.sendall(b" and more")
    other.shutdown(socket.SHUT_WR)
    pause(0.5)
    way.come_back()

    equal(fate(half), ("eof", b"answer"), "the answer to half a connection")
    equal(fate(other_server), ("eof", b"more and more"), "and the other way")
    equal(reader.result(), b"abc!def", "bytes around an urgent one")
    equal(marks, [3], "the urgent mark")
    equal(fate(gone_server), ("reset", b""), "the application's reset")
    equal(fate(lost), ("reset", b""), "the server's reset")
    equal(fate(ended_server), ("eof", b"bye"), "an end")
    ended_server.close()
    equal(fate(ended), ("eof", b""), "and its answer")
    equal(read_exactly(opened, 5), b"hello", "one that was opened meanwhile")
    code, sock = asked.result()
    equal(code, socks.GRANTED, "SOCKS meanwhile")
    equal(ask(sock), b"hello", "through SOCKS")
