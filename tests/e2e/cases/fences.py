# SPDX-License-Identifier: BSD-2-Clause
"""Each process has the user, the rights and the descriptors that it needs, and
nothing else: also after an upgrade, and whatever its starter has open.  The same
of a gateway whose log `aditd: log` sends on."""

import os
import pwd
import socket
import threading

from lib import fences, link, pages
from lib.base import check, children, comm, equal, wait_for
from lib.tcp import ask, dial

VARIANTS = "stderr", "syslog"
ALL = {"/dev/null": 1, "log": 2}
MONITOR = {**ALL, "eventpoll": 1, "eventfd": 1, "listens": 1, "pair": 7}
PARTS = {
    # three to the monitor, one of them twice; the tunnel and two servers; the
    # browser, with a watch of its own, and its relay to the web process
    "worker": {**ALL, "eventpoll": 5, "eventfd": 4, "netlink": 1,
               "listens": 1, "pair": 4, "tcp": 4, "stream": 1},
    "resolver": {**ALL, "eventpoll": 1, "pair": 2, "udp": 4},
    "checker": {**ALL, "pair": 1},
    # two HTTP servers, and the browser's connection, of which it has plaintext
    "web": {**ALL, "eventpoll": 2, "eventfd": 2, "pair": 1, "stream": 1},
}
# What is different where the log goes to a receiver.  Both ends of the pipe are
# the monitor's, too, so that no line is lost with the process that reads it.
RELAYED = {**ALL, "log": 1, "pipe": 2}
# The process that sends has a pipe of its own, into which it looks ahead.
SENDS = {**ALL, "pipe": 3, "datagrams": 1}
# It listens for two resources and, since one has a name, at the proxy port.
AGENT = {"/dev/null": 2, "log": 1, "eventpoll": 1, "eventfd": 1, "netlink": 3,
         "listens": 3, "tcp": 3}


def run(t, log):
    fences.trace_nobody()
    t.relayed = log == "syslog"
    if t.relayed:
        send_on(t)
    t.gw.conf["server"]["threads"] = 2
    for part in t.gw, t.ag:
        part.command = hand_down(t, part.command)
    t.resource("echo", t.echo())
    t.resource("named", host="localhost", port=t.echo("127.0.0.1").port)
    pages.switch_on(t)
    t.up()
    browser = browses(t)
    kept = [dial(t.ag.at(name)) for name in ("echo", "named")]
    for app in kept:
        equal(ask(app), b"hello", "a channel")
    before = look_at_all(t)
    more = ["log"] if t.relayed else []
    equal(sorted(before), sorted([*PARTS, *more, "agent", "monitor"]),
          "processes")
    t.gw.ctl("upgrade")
    # Nobody logs in again, so there is no checker.
    wait_for(lambda: sorted(parts(t).values()) ==
             sorted(["resolver", "web", "worker", *more]), "the others to end")
    link.resumed(t, 1)
    browser.close()
    browser = browses(t)
    for app in kept:
        equal(ask(app), b"hello", "a channel, after the upgrade")
    after = look_at_all(t)
    check(all(n <= before[name][kind] for name in after
              for kind, n in after[name].items()),
          f"after the upgrade there are more descriptors: {before}, {after}")
    browser.close()


def send_on(t):
    """The log goes to a receiver, which is here."""
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(t.path("receiver"))
    os.chmod(t.path("receiver"), 0o666)

    def read():
        while receiver.recv(65536):
            pass

    threading.Thread(target=read, daemon=True).start()
    t.gw.logs = False
    t.gw.conf["server"]["log"] = f"syslog:{t.path('receiver')}"


def most(t, name, normal):
    """How many descriptors of which kind."""
    if not t.relayed:
        return normal
    return SENDS if name == "log" else {**normal, **RELAYED}


def browses(t):
    """A browser's connection, that the web process has by now."""
    sock = pages.tls(t.gw)
    sock.sendall(b"GET /login HTTP/1.1\r\nHost: gateway.test\r\n\r\n")
    check(sock.recv(100).startswith(b"HTTP/1.1 200"), "a page")
    return sock


def hand_down(t, command):
    """As one that is started with a descriptor open that it must not keep."""
    script = f'exec "$@" 9<{t.write("handed-down", "")}'
    return lambda *words: ["sh", "-c", script, "sh", *command(*words)]


def parts(t):
    """{name: process} below the monitor."""
    return {pid: comm(pid).removeprefix("aditd-")
            for pid in children(t.gw.process.pid)}


def look_at_all(t):
    found = {}
    monitor, agent = t.gw.process.pid, t.ag.pid()
    for pid, name in parts(t).items():
        look_at_part(t, pid)
        found[name] = hold(pid, most(t, name, PARTS.get(name)))
    for pid in monitor, agent:
        fences.is_user(pid, os.getuid(), os.getgid(), os.getgroups())
        look(t, pid)
    control = t.gw.conf["server"]["control"]
    # It is the monitor that was started, and so what was handed down is there.
    allowed = most(t, "monitor", {**MONITOR, control: 1,
                                  t.path("handed-down"): 1})
    if t.relayed:
        allowed = {**allowed, "log": 2, "pipe": 4}
    found["monitor"] = hold(monitor, allowed)
    control = t.ag.conf["agent"]["control"]
    found["agent"] = hold(agent, {**AGENT, control: 1, lock_of(t): 1})
    return found


def look_at_part(t, pid):
    if os.getuid() == 0:
        user = user_of(t.gw.conf["server"]["user"], comm(pid))
        fences.is_user(pid, user.pw_uid, user.pw_gid, [user.pw_gid])
    fences.can_gain_nothing(pid)
    if not t.sanitized():
        fences.is_filtered(pid)
    look(t, pid)


def user_of(name, comm_name):
    try:
        return pwd.getpwnam(comm_name.replace("aditd", name))
    except KeyError:
        return pwd.getpwnam(name)


def look(t, pid):
    fences.has_no_core(pid)
    if not t.sanitized():
        fences.is_closed(t, pid)


def hold(pid, most):
    # Nobody but root can see what those hold that hide themselves.
    return fences.holds(pid, most) if os.getuid() == 0 else {}


def lock_of(t):
    folder = f"{t.ag.dir}/state/adit"
    return next(f"{folder}/{name}" for name in os.listdir(folder)
                if name.endswith(".lock"))
