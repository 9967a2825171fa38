# SPDX-License-Identifier: BSD-2-Clause
"""connections_per_user counts the connections of all sessions of a user, also
after an upgrade; further ones are refused, and the user and the log are told
why."""

from lib.base import equal, matches, wait_for
from lib.tcp import ask, dial, fate

MOST = 20


def run(t):
    t.resource("echo", t.echo())
    t.gw.set(connections_per_user=MOST)
    t.gw.user("bob")
    t.up()
    second = t.agent(name="second")
    second.up()
    mine = [open_one(t.ag) for _ in range(MOST - 5)]
    mine += [open_one(second) for _ in range(5)]
    for agent in t.ag, second:
        equal(refused(agent), True, "one more of alice's")
    t.gw.wait_log(rf"user alice: 1 connection refused: {MOST} are open, and "
                  rf"connections_per_user in .* lets one user have {MOST}")
    matches("limit reached.*this user has as many connections as one may have",
            str(second.status()["refusals"]), "what her agent says")
    equal(t.gw.json("stats")["limits"]["connections_refused_user"], 2,
          "what the counter says")
    bob = t.agent(name="bob", user="bob")
    bob.up()
    open_one(bob)
    # The next worker counts the same, and takes what is there.
    t.gw.ctl("upgrade")
    equal(refused(second), True, "one more of alice's after an upgrade")
    mine.pop().close()
    wait_for(lambda: not refused(t.ag), "a place that is free again")
    # A setting that is lower than what is there ends nothing.
    t.gw.set(connections_per_user=16)
    t.gw.reload()
    t.gw.conf["user alice"] = {"connections_per_user": 30}
    t.gw.reload()
    mine.append(open_one(t.ag))  # her own limit counts before the gateway's
    del t.gw.conf["user alice"]
    t.gw.reload()
    for sock in mine:
        equal(ask(sock), b"hello", "one that was there")
    equal(refused(t.ag), True, "one more under the new setting")


def open_one(agent):
    sock = dial(agent.at("echo"))
    equal(ask(sock), b"hello", "one that may be")
    return sock


def refused(agent):
    """Whether another connection is; it does not stay."""
    wait_for(lambda: agent.state() == "connected", "the tunnel")
    try:
        with dial(agent.at("echo")) as sock:
            sock.sendall(b"hello")
            return sock.recv(5) != b"hello"
    except OSError:
        return True
