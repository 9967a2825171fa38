# SPDX-License-Identifier: BSD-2-Clause
"""Two gateways with one users file: a lock at either ends the sessions at both;
`aditctl users` lists each user once for each gateway."""

from lib.base import equal, matches, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    gw = t.gw
    t.resource("echo", t.echo())
    gw.set(server_name="one.example", groups="everyone")
    gw.conf["gateway two"] = dict(gw.conf[gw.title], server_name="two.example",
                                  users="./" + gw.conf[gw.title]["users"])
    gw.write()
    gw.ctl("passwd", "--gateway", "two", "bob", "--password-stdin",
           input="bob's word\n")
    gw.start()
    channels = []
    for name in "one", "two":
        agent = t.agent(name=name, user="bob")
        agent.password("bob's word")
        agent.conf["agent"]["server_name"] = f"{name}.example"
        agent.up()
        channels.append(dial(agent.at("echo")))
        ask(channels[-1])
    rows = [(u["user"], u["gateway"], u["sessions"])
            for u in gw.json("users")["users"]]
    equal(rows, [("alice", "main", 0), ("bob", "main", 1),
                 ("alice", "two", 0), ("bob", "two", 1)], "users")
    equal([u["gateway"] for u in
           gw.json("users", "--gateway", "two")["users"]], ["two", "two"],
          "users of one gateway")
    matches("several gateways", gw.ctl("lock", "bob", check=False),
            "a gateway must be named")
    matches("bob locked at gateway main, 2 sessions ended",
            gw.ctl("lock", "--gateway", "main", "bob"), "lock")
    for sock in channels:
        equal(fate(sock), ("reset", b""), "a channel of bob")
    wait_for(lambda: gw.json("sessions")["sessions"] == [], "no session")
