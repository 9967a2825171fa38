# SPDX-License-Identifier: BSD-2-Clause
"""What is published outlives a cut tunnel and an upgrade, with its connections;
one session at a time has a name, the next one gets it; a dead worker leaves
nothing that listens."""

import signal
import socket

from lib import link
from lib.base import check, equal, kill, show, wait_for
from lib.tcp import Task, ask, dial

DIRECT = True
SIZE = 8 << 20


def run(t):
    if t.direct:
        server = t.listen("127.0.0.1")
        sock = dial((server.host, server.port))
        moved(t, sock, server.accept(), lambda: None)
        return
    way = link.Link(t)
    server = t.listen("127.0.0.1")
    web, web6 = t.place(t.gateway_ip), t.place("::1")
    t.resource("unused", t.echo())
    t.gw.conf["group publishers"] = {"users": "alice, bob"}
    t.gw.conf["publish web"] = {"listen": [show(web), show(web6)],
                                "groups": "publishers"}
    t.ag.conf["publish web"] = {"to": str(server.port)}
    t.gw.user("bob")
    t.up()
    here(t.ag)

    # A cut and an upgrade in the middle of a transfer, both ways.
    sock = dial(web)
    mine = server.accept()
    moved(t, sock, mine, lambda: (way.cut(), link.resumed(t, 1)))
    moved(t, sock, mine, lambda: (t.gw.ctl("upgrade"), link.resumed(t, 2)))
    equal(ask_both(web6, server), b"over IPv6", "after the upgrade")

    # A connection that comes while there is no tunnel waits for it.
    way.go_dark()
    early = dial(web)
    early.sendall(b"early")
    way.cut()
    way.come_back()
    equal(server.accept().recv(5), b"early", "what waited for the tunnel")

    # Bob wants the name too: he is next.
    other = t.echo("127.0.0.1")
    bob = t.agent(t.gw, "bob", user="bob")
    bob.conf["publish web"] = {"to": str(other.port)}
    bob.up()
    wait_for(lambda: state(bob) == "waiting", "bob to wait")
    equal(state(t.ag), "published", "alice's")
    t.ag.ctl("unpublish", "web")
    wait_for(lambda: state(bob) == "published", "bob to have it")
    equal(ask(dial(web)), b"hello", "bob's server")
    status, text = t.ag.call("publish", "web", str(server.port))
    check(status == 1 and "waits: another session" in text, text)

    # Alice logs in once more: her newer session takes over from her older one.
    bob.down()
    wait_for(lambda: state(t.ag) == "published", "alice to have it again")
    second = t.agent(t.gw, "second")
    second.conf["publish web"] = {"to": str(other.port)}
    second.up()
    here(second)
    wait_for(lambda: state(t.ag) == "waiting", "her older session to wait")
    equal(ask(dial(web)), b"hello", "the newer session's server")

    # A worker that dies takes all sessions along, and the socket is shut.
    worker = t.gw.worker()
    t.may_die = True
    kill(second.status()["pid"], signal.SIGSTOP)
    kill(t.ag.status()["pid"], signal.SIGSTOP)
    kill(worker)
    wait_for(lambda: t.gw.log().count("new worker is ready") >= 1,
             "a new worker")
    check(refused(web) and refused(web6), "a dead worker's socket listens")
    for agent in second, t.ag:
        kill(agent.seen_pid, signal.SIGCONT)
    wait_for(lambda: not refused(web), "one of them to publish again", 30)


def here(agent):
    wait_for(lambda: state(agent) == "published", "it to be published")


def state(agent):
    published = agent.status()["published"]
    agent.seen_pid = agent.status()["pid"]
    return published[0]["state"] if published else None


def refused(at):
    try:
        socket.create_connection(at).close()
        return False
    except ConnectionRefusedError:
        return True


def ask_both(at, server):
    sock = dial(at)
    sock.sendall(b"over IPv6")
    return server.accept().recv(100)


def moved(t, one, two, event):
    """Sends SIZE bytes each way, while `event` happens."""
    size = t.size(SIZE, SIZE // 8)
    tasks = []
    for a, b in (one, two), (two, one):
        tasks.append(Task(pour_some, a, size))
        tasks.append(Task(read_some, b, size))
    event()
    for task in tasks:
        task.result()


def pour_some(sock, size):
    for at in range(0, size, 65536):
        sock.sendall(pattern(at))


def read_some(sock, size):
    for at in range(0, size, 65536):
        want, have = pattern(at), b""
        while len(have) < 65536:
            part = sock.recv(65536 - len(have))
            check(part, "the connection ended")
            have += part
        equal(have == want, True, f"the bytes at {at}")


def pattern(at):
    return at.to_bytes(8, "big") * 8192
