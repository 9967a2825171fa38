# SPDX-License-Identifier: BSD-2-Clause
"""A user changes the own password with `adit passwd`: the agent that runs goes
on and has the new one, the user's other sessions end, and the old password is
none any more; what is refused, and what the audit says."""

import os
import stat

from lib.adit import PASSWORD
from lib.base import check, equal, matches
from lib.logins import DENIED, Login
from lib.pty import Dialogue
from lib.tcp import ask, dial

NEW = "battery staple 42"


def run(t):
    t.resource("echo", t.echo())
    t.gw.user("bob")
    users = f"{t.gw.dir}/users"
    with open(users, "a") as f:
        f.write("# a comment stays\n")
    os.chmod(users, 0o640)
    t.gw.start()
    t.ag.up()
    other = t.agent(name="other")
    other.up()
    one = dial(t.ag.at("echo"))

    wrong_and_weak(t)
    changed(t, other, one, users)


def dialogue(t, *words):
    """`adit passwd` on a terminal, without a file that has the password."""
    kept = t.ag.conf["agent"].pop("password_file")
    t.ag.write()
    d = Dialogue(t, t.ag.command("passwd", *words), env=t.ag.env)
    t.ag.conf["agent"]["password_file"] = kept
    return d


def ends(d, status):
    d.process.wait(30)
    equal(d.process.returncode, status, f"the exit status: {d.all}")


def wrong_and_weak(t):
    with dialogue(t) as d:
        d.expect("Present password for alice at ")
        d.say("not this one")
        d.expect("the password is not changed: wrong user or password")
        ends(d, 1)
    # Who is not there is asked and told the same.
    with dialogue(t, "--user", "mallory") as d:
        d.expect("Present password for mallory at ")
        d.say(PASSWORD)
        d.expect("the password is not changed: wrong user or password")
        ends(d, 1)
    with dialogue(t) as d:
        d.expect("Present password for alice at ")
        d.say(PASSWORD)
        d.expect("at least 8 characters")
        for first, second, why in (
                ("short", "short", "fewer than 8 characters"),
                (NEW, NEW + "x", "are not the same"),
                (PASSWORD, PASSWORD, "is the one that you have")):
            d.expect("New password: ")
            d.say(first)
            d.expect("New password again: ")
            d.say(second)
            if first != PASSWORD:
                d.expect(why)
        d.expect("the password is not changed: The new password is the one "
                 "that you have")
        ends(d, 1)
    equal(t.ag.state(), "connected", "the agent")
    check("evt=password user=alice gateway=main source=" in t.gw.log() and
          'method=users result=kept reason="The new password is the one that '
          'you have."' in t.gw.log(), "the audit of a refusal")


def changed(t, other, one, users):
    with dialogue(t) as d:
        d.expect("Present password for alice at ")
        d.say(PASSWORD)
        d.expect("New password: ")
        d.say(NEW)
        d.expect("New password again: ")
        d.say(NEW)
        d.expect("password of alice changed at ")
        d.expect("the agent goes on, and has the new password")
        ends(d, 0)
    t.gw.wait_log('evt=password user=alice gateway=main source=[^ ]+ '
                  'method=users result=changed reason=""')
    # Those of other machines have to log in again.
    other.wait_state("login")
    matches("another password", other.status()["reason"], "why")
    equal(t.ag.state(), "connected", "the agent of this machine")
    equal(ask(one), b"hello", "a connection of before")
    equal(len(t.gw.json("sessions")["sessions"]), 1, "sessions")
    equal(stat.S_IMODE(os.stat(users).st_mode), 0o640, "the file's mode")
    text = open(users).read()
    check("# a comment stays\n" in text and NEW not in text and
          "alice:$y$" in text, text)
    for word in NEW, PASSWORD:
        check(word not in t.gw.log(), "a password is in the log")
    equal(leave(t, "alice", PASSWORD), DENIED, "the old password")
    equal(leave(t, "alice", NEW), 0, "the new password")
    equal(leave(t, "bob", PASSWORD), 0, "bob's")
    # The session may last, and its worker may be another one by then.
    t.gw.ctl("upgrade")
    t.gw.ctl("reload")
    equal(ask(one), b"hello", "after an upgrade and a reload")
    equal(t.ag.state(), "connected", "after an upgrade and a reload")
    # A new session: the agent logs in with the new password by itself.
    before = t.ag.status()["pid"]
    t.gw.stop()
    t.gw.start()
    t.ag.wait_state("connected")
    equal(t.ag.status()["pid"], before, "the same agent")
    t.ag.down()


def leave(t, user, password):
    """The leave code of a login; each comes from an address of its own, so that
    none waits for the failures of others."""
    t.from_ = getattr(t, "from_", 20) + 1
    return Login(t.gw, user, password, f"{t.net}.{t.from_}").result()[0]
