# SPDX-License-Identifier: BSD-2-Clause
"""One user opens all connections that the gateway's descriptors allow, in two
sessions: another one still logs in and works, and everybody hears why."""

import socket

from lib.base import check, equal, fd_count, matches, wait_for
from lib.tcp import ask, dial

MOST = 150              # descriptors of the gateway's processes
COUNT = 120             # connections of each agent


def run(t):
    t.resource("echo", t.echo())
    t.gw.limits = [f"--nofile={MOST}"]
    t.gw.user("bob")
    t.up()
    second = t.agent(name="second")
    second.up()
    worker = t.gw.worker()
    before = fd_count(worker)
    crowd = greedy(t.ag.at("echo")) + greedy(second.at("echo"))
    warning = t.gw.wait_log(
        r"user alice: \d+ connections? refused: of (\d+) descriptors for users "
        r"this one has (\d+), and (\d+) are free; .*LimitNOFILE")
    places, own, free = map(int, warning.groups())
    check(own <= places / 2 <= places - own, f"of {places} {own} are alice's")
    # Whoever was not there before comes in, and has some, too.
    bob = t.agent(name="bob", user="bob")
    bob.up()
    equal(ask(dial(bob.at("echo"))), b"hello", "another user")
    check(fd_count(worker) < MOST - 20, "nothing is left for logins")
    check(len(t.gw.json("channels")["channels"]) - 1 <= places / 2,
          "alice's channels")
    matches("limit reached.*no room for more connections of this user",
            str(t.ag.status()["refusals"]), "what her agent says")
    matches("descriptors for users", t.gw.ctl("status"), "aditctl status")
    for sock in crowd:
        sock.close()
    wait_for(lambda: fd_count(worker) <= before + 4, "the end of all")
    equal(ask(dial(second.at("echo"))), b"hello", "alice, later")


def greedy(address):
    socks = []
    for _ in range(COUNT):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(address)
        socks.append(sock)
    return socks
