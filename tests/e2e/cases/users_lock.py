# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl lock` keeps a user out, with the answer that an unknown user gets,
and `unlock` brings the password back; `aditctl users` lists who is locked."""

import json
import re

from lib.base import check, equal, matches, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    t.resource("echo", t.echo())
    t.gw.conf["group ops"] = {"resources": "echo"}
    t.gw.user("bob", "bob's word", groups="ops")
    equal(users(t)["bob"], {"user": "bob", "gateway": "main", "locked": False,
                            "hash": "yescrypt", "hash_weak": False,
                            "otp": False, "sessions": None,
                            "sessions_limit": 16, "connections": None,
                            "connections_limit": 8192, "memory": None,
                            "memory_limit": None, "groups": ["ops"],
                            "member_of": ["everyone", "ops"]}, "offline")
    t.up()
    bob = t.agent(name="bob", user="bob")
    bob.password("bob's word")
    bob.up()
    sock = dial(bob.at("echo"))
    ask(sock)
    equal([users(t)[name]["sessions"] for name in ("alice", "bob")], [1, 1],
          "sessions")
    matches(r"bob +main +no +no +1/16 +1/8192 +everyone,ops\n",
            t.gw.ctl("users"), "table")
    matches("bob locked at gateway main, 1 session ended",
            t.gw.ctl("lock", "bob"), "lock")
    equal(fate(sock), ("reset", b""), "bob's channel")
    wait_for(lambda: [s["user"] for s in t.gw.json("sessions")["sessions"]]
             == ["alice"], "only alice's session to be left")
    check(users(t)["bob"]["locked"], "bob is not listed as locked")
    refused_like_a_stranger(t, bob)
    equal(json.loads(t.gw.ctl("--json", "lock", "bob")),
          {"user": "bob", "gateway": "main", "done": "locked",
           "changed": False, "kicked": 0}, "lock again")
    matches("unlocked", t.gw.ctl("unlock", "bob"), "unlock")
    bob.up()
    equal(ask(dial(bob.at("echo"))), b"hello", "bob after unlock")
    matches("there is no user eve",
            t.gw.ctl("lock", "eve", check=False), "an unknown user")


def users(t):
    return {u["user"]: u for u in t.gw.json("users")["users"]}


def refused_like_a_stranger(t, bob):
    bob.call("down")
    eve = t.agent(name="eve", user="eve")
    said = []
    for agent, name in (bob, "bob"), (eve, "eve"):
        agent.write()
        status, text = agent.call("up")
        equal(status, 1, f"status of {name}'s login")
        said.append(re.sub(rf"\b{name}\b", "USER", text)
                    .replace(agent.dir, "DIR"))
    equal(said[0], said[1], "what bob and a stranger are told")
    t.gw.wait_log('user "bob".*refused, the user is locked')
