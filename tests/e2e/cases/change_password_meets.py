# SPDX-License-Identifier: BSD-2-Clause
"""`adit passwd` from a script; at the same moment as an administrator who changes
or removes the user; where it is forbidden, or the gateway cannot write."""

import os
import struct

from lib.adit import PASSWORD
from lib.base import check, equal, matches
from lib.logins import DENIED, Login
from lib.pty import Dialogue

NEW, LATER = "battery staple 42", "another horse 77"
CHANGE, CANNOT = 2, 14          # flag of LOGIN, leave


def run(t):
    t.gw.start()
    t.ag.conf["agent"].pop("password_file")
    t.ag.write()
    by_script(t)
    at_once(t)
    forbidden(t)


def by_script(t):
    """From standard input: a line each; the last one is used again."""
    said = given(t, f"{PASSWORD}\n{LATER}\n")
    matches("password of alice changed at ", said, "what is said")
    equal(leave(t, "alice", LATER), 0, "the third password")
    said = given(t, f"{LATER}\n", status=1)
    matches('standard input has no line for "New password: "', said,
            "one line only")
    equal(leave(t, "alice", LATER), 0, "it stays")


def given(t, text, status=0):
    words = t.ag.command("passwd", "--password-stdin")
    done = t.run(["sh", "-c", '"$@" 2>&1; echo "status $?"', "sh", *words],
                 input=text, env=t.ag.env)
    check(f"status {status}" in done, done)
    return done


def at_once(t):
    """aditctl gives the user a password while the new one is typed: that of the
    administrator counts."""
    with dialogue_of(t, LATER) as d:
        t.gw.user("alice", "of the administrator")
        d.say(NEW)
        d.expect("New password again: ")
        d.say(NEW)
        d.expect("an administrator has changed this user at the same moment")
        ends(d, 1)
    equal(leave(t, "alice", NEW), DENIED, "what was typed")
    equal(leave(t, "alice", "of the administrator"), 0, "what counts")
    # A user who was removed is not there again.
    with dialogue_of(t, "of the administrator") as d:
        t.gw.ctl("passwd", "--delete", "alice")
        d.say(NEW)
        d.expect("New password again: ")
        d.say(NEW)
        d.expect("an administrator has changed this user at the same moment")
        ends(d, 1)
    check("alice" not in open(f"{t.gw.dir}/users").read(), "alice is back")
    t.gw.user("alice")


def ends(d, status):
    d.process.wait(30)
    equal(d.process.returncode, status, f"the exit status: {d.all}")


def dialogue_of(t, word):
    d = Dialogue(t, t.ag.command("passwd"), env=t.ag.env)
    d.expect("Present password for alice at ")
    d.say(word)
    d.expect("New password: ")
    return d


def forbidden(t):
    t.gw.set(password_change="no")
    t.gw.reload()
    said = given(t, f"{PASSWORD}\n{NEW}\n", status=1)
    matches("does not let users change their passwords", said, "forbidden")
    t.gw.set(password_change="yes")
    t.gw.reload()
    # A folder where the gateway may not write (here: that is not there any
    # more when it is written).
    one = Login(t.gw, "alice", PASSWORD, flags=1 | CHANGE,
                more=struct.pack("!Q", 0))
    equal(one.asked(2), "New password: ", "the question")
    os.rename(f"{t.gw.dir}/users", f"{t.gw.dir}/users.away")
    os.mkdir(f"{t.gw.dir}/users")
    one.answer(NEW, NEW)
    result = one.result()
    os.rmdir(f"{t.gw.dir}/users")
    os.rename(f"{t.gw.dir}/users.away", f"{t.gw.dir}/users")
    equal(result[0], CANNOT, f"the leave: {result}")
    matches("cannot write its users file", result[2], "what is said")
    matches("let its user write that folder", t.gw.log(), "the log's advice")
    equal(leave(t, "alice", PASSWORD), 0, "the old password")


def leave(t, user, password):
    """The leave code of a login; each comes from an address of its own, so that
    none waits for the failures of others."""
    t.from_ = getattr(t, "from_", 20) + 1
    return Login(t.gw, user, password, f"{t.net}.{t.from_}").result()[0]
