# SPDX-License-Identifier: BSD-2-Clause
"""`memory` of a user: both sessions of the user share it, connections beyond it
wait and none is refused, open ones slow their senders down, and another user
notices nothing; a reload that takes the limit away lets all of them go on."""

import os

from lib.base import check, equal, wait_for
from lib.tcp import Task, ask, dial

MEMORY = 2 << 20
FIT = MEMORY >> 14      # 16 KiB for each that begins
MORE = 40


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.gw.user("bob")
    t.gw.conf["user alice"] = {"memory": MEMORY}
    t.up()
    second = t.agent(name="second")
    bob = t.agent(name="bob", user="bob")
    second.up()
    bob.up()
    ours = fill(t, t.ag, FIT // 2) + fill(t, second, FIT // 2)
    equal(user(t)["memory"], MEMORY, "memory of both sessions")
    late = [dial(t.ag.at("echo")) for _ in range(MORE)]
    for sock in late:
        sock.sendall(b"late")
    t.gw.wait_log(r"user alice: connections wait for memory until others of "
                  r"this user end: memory in \[user alice\] is 2.0 MiB")
    check(t.gw.json("stats")["limits"]["connections_delayed_memory"] > 0,
          "what is counted")
    wait_for(lambda: waiting(t) == MORE, "all of them to wait")
    equal(ask(dial(bob.at("echo"))), b"hello", "another user meanwhile")
    # Half of those of the other session end: so many begin in this one.
    for sock in ours[FIT // 2:FIT // 2 + MORE // 2]:
        sock.close()
    for sock in late[:MORE // 2]:
        equal(sock.recv(4), b"late", "one of those that waited")
    for sock in ours + late[:MORE // 2]:
        sock.close()
    a_transfer_keeps_to_it(t)
    t.gw.conf["user alice"]["memory"] = 0
    t.gw.reload()
    for sock in late[MORE // 2:]:
        equal(sock.recv(4), b"late", "one of those that waited until then")
    equal(user(t)["memory_limit"], None, "the limit after the reload")


def fill(t, agent, count):
    socks = [dial(agent.at("echo")) for _ in range(count)]
    for sock in socks:
        equal(ask(sock), b"hello", "one that fits")
    return socks


def a_transfer_keeps_to_it(t):
    """What goes both ways in full speed takes no more, and comes whole."""
    sent = os.urandom(8 << 20)
    with dial(t.ag.at("echo")) as sock:
        writer = Task(sock.sendall, sent)
        got, most = b"", 0
        while len(got) < len(sent):
            got += sock.recv(1 << 20)
            most = max(most, user(t)["memory"])
        writer.result()
    check(got == sent, "what came back is not what was sent")
    check(most <= MEMORY + (64 << 10), f"{most} bytes were kept")


def user(t):
    return next(u for u in t.gw.json("users")["users"] if u["user"] == "alice")


def waiting(t):
    return sum(s["waiting"] for s in t.gw.json("sessions")["sessions"])
