# SPDX-License-Identifier: BSD-2-Clause
"""A user who is removed, locked, or has another password loses the session, and
one who is in other groups loses what these do not grant: at a reload, when
aditctl changes the user, when the tunnel is made again, and over an upgrade."""

import os
import re

from lib.base import Skip, check, equal, show, wait_for
from lib.tcp import ask, dial, fate

VARIANTS = ("removed", "locked", "password", "groups", "attach", "attach_groups",
            "passwd", "passwd_groups", "upgrade", "unreadable")
WORD = "bob's word"


def run(t, variant):
    for name in "first", "second":
        t.resource(name, t.echo())
    t.gw.conf["group everyone"]["users"] = "alice"
    t.gw.conf["group ops"] = {"resources": "first"}
    t.gw.conf["group dev"] = {"resources": "second"}
    t.gw.user("bob", WORD, groups="ops,dev")
    t.up()
    bob = t.agent(name="bob", user="bob")
    bob.password(WORD)
    bob.up()
    socks = [dial(at.at(name)) for at in (t.ag, bob)
             for name in ("first", "second")]
    for sock in socks:
        ask(sock)
    globals()[variant](t, bob, socks[2:])
    for sock in socks[:2]:
        equal(ask(sock), b"hello", "another user's connection")


def edit(t, change):
    """As an editor would: nobody is told."""
    path = f"{t.gw.dir}/users"
    with open(path) as f:
        lines = f.read().splitlines()
    with open(path, "w") as f:
        f.write("\n".join(filter(None, map(change, lines))) + "\n")


def bobs(do):
    return lambda line: do(line) if line.startswith("bob:") else line


def another_hash(line):
    """The one of nobody's password, as long as it is another one."""
    return re.sub(r"^bob:([^:]*)[^:]:", r"bob:\1x:", line)


def ended(t, bob, socks, told="the user was removed or locked, or has another "
          "password"):
    for sock in socks:
        equal(fate(sock), ("reset", b""), "bob's connection")
    bob.wait_state("login")
    why = bob.call("status")[1]
    check(told in re.sub(r"\s+", " ", why), f"what bob is told: {why}")
    wait_for(lambda: [s["user"] for s in t.gw.json("sessions")["sessions"]]
             == ["alice"], "bob's session to end")
    bob.call("down")


def regrouped(t, bob, socks):
    equal(fate(socks[1]), ("reset", b""), "what bob's groups grant no more")
    equal(ask(socks[0]), b"hello", "what they still grant")
    wait_for(lambda: not bob.listeners("second"), "its listener to go")
    check(bob.listeners("first"), "the other listener")
    t.gw.wait_log("user bob is in other groups now: ops")


def cut(t):
    """All tunnels are made again, and nobody has reloaded."""
    if os.getuid() != 0:
        raise Skip("needs root to break connections")
    where = show((t.gw.host, t.gw.port))
    if not t.run(["ss", "-KHtn", "state", "established", "dst", where]):
        raise Skip("this kernel destroys no connections (ss -K)")


def attach(t, bob, socks):
    edit(t, bobs(another_hash))
    cut(t)
    ended(t, bob, socks)


def attach_groups(t, bob, socks):
    edit(t, bobs(lambda line: line.replace("ops,dev", "ops")))
    cut(t)
    regrouped(t, bob, socks)


def removed(t, bob, socks):
    edit(t, bobs(lambda line: ""))
    t.gw.ctl("reload")
    ended(t, bob, socks)


def locked(t, bob, socks):
    edit(t, bobs(lambda line: line.replace("bob:", "bob:!", 1)))
    t.gw.ctl("reload")
    ended(t, bob, socks)


def password(t, bob, socks):
    edit(t, bobs(another_hash))
    t.gw.ctl("reload")
    ended(t, bob, socks)


def groups(t, bob, socks):
    edit(t, bobs(lambda line: line.replace("ops,dev", "ops")))
    t.gw.ctl("reload")
    regrouped(t, bob, socks)


def passwd(t, bob, socks):
    t.gw.ctl("passwd", "bob", "--password-stdin", input="another\n")
    ended(t, bob, socks)


def passwd_groups(t, bob, socks):
    t.gw.ctl("passwd", "--groups", "=ops", "bob")
    regrouped(t, bob, socks)


def upgrade(t, bob, socks):
    edit(t, bobs(lambda line: line.replace("ops,dev", "ops")))
    t.gw.ctl("upgrade")
    regrouped(t, bob, socks)
    t.gw.ctl("upgrade")
    equal(ask(socks[0]), b"hello", "who is the same over two upgrades")
    edit(t, bobs(another_hash))
    t.gw.ctl("upgrade")
    # There is no tunnel in that moment, and nobody to be told: the agent comes
    # back, and its old password is wrong.
    ended(t, bob, socks[:1], "wrong user or password")


def unreadable(t, bob, socks):
    """A file that cannot be read says nothing about anybody."""
    t.run(["chmod", "666", f"{t.gw.dir}/users"])
    t.gw.ctl("reload", check=False)
    t.gw.ctl("reload", check=False)
    for sock in socks:
        equal(ask(sock), b"hello", "bob's connection")
    t.run(["chmod", "600", f"{t.gw.dir}/users"])
