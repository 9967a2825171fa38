# SPDX-License-Identifier: BSD-2-Clause
"""`auth = users and otp`: codes of oathtool, each good once, also over an upgrade
and a restart; whoever has no secret, or no account, is asked the same and hears
the same."""

import os

from lib.adit import PASSWORD
from lib.base import check, equal, matches
from lib.logins import BUSY, DENIED, Login
from lib.otp import code, wrong
from lib.pty import Dialogue


def run(t):
    t.resource("echo", t.echo())
    t.gw.set(auth="users and otp")
    t.gw.user("bob")
    t.gw.start()
    key = t.gw.json("otp", "alice")["secret"]
    file = os.path.join(t.gw.dir, "users.otp")
    equal(os.stat(file).st_mode & 0o777, 0o600, "who may read the secrets")
    check(key in open(file).read(), "another secret in the file")

    first = code(key)
    equal(login(t, "alice", PASSWORD, wrong(key)), DENIED, "a wrong code")
    equal(login(t, "alice", "wrong", first), DENIED, "a wrong password")
    equal(login(t, "bob", PASSWORD, first), DENIED, "bob, who has no secret")
    equal(login(t, "eve", PASSWORD, first), DENIED, "eve, who is not there")
    equal(login(t, "alice", PASSWORD, first), 0, "the right code")
    equal(login(t, "alice", PASSWORD, first), DENIED, "the same code again")
    t.gw.ctl("upgrade")
    equal(login(t, "alice", PASSWORD, first), DENIED, "after an upgrade")
    t.gw.stop()
    t.gw.start()
    equal(login(t, "alice", PASSWORD, first), DENIED, "after a restart")

    # A lost phone: another secret, with which a person logs in.
    key = t.gw.json("otp", "alice")["secret"]
    del t.ag.conf["agent"]["password_file"]
    t.ag.write()
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as talk:
        talk.expect("Password for alice at ")
        talk.say(PASSWORD)
        talk.expect("One-time code: ")
        talk.say(code(key))
        talk.expect("logged in: ")
    t.ag.is_up = True
    t.ag.wait_state("connected")
    unreadable(t, file, key)
    t.gw.ctl("otp", "--remove", "alice")
    equal(login(t, "alice", PASSWORD, code(key, 30)), DENIED, "no secret")
    # What is secret is in no log.
    check(key not in t.gw.log() and first not in t.gw.log(), "in the log")


def unreadable(t, file, key):
    """Nobody's code can be checked: that is no wrong code, and no guess."""
    os.chmod(file, 0o644)
    for user, word in ("alice", PASSWORD), ("alice", "no"), ("eve", PASSWORD):
        one = Login(t.gw, user, word, f"{t.net}.9")
        equal(one.asked(), "One-time code: ", "the question")
        one.answer(code(key, 30))
        leave, _, text = one.result()
        equal(leave, BUSY, f"what {user} with {word} is told")
        matches("cannot check one-time codes now", text, "and why")
    t.gw.wait_log(r"one-time codes cannot be checked, and logins that need one "
                  r"are put off, until this file can be read: \S+users.otp: ")
    os.chmod(file, 0o600)


def login(t, user, password, code):
    """The leave code of a login; each comes from an address of its own, so that
    none waits for the failures of others."""
    t.from_ = getattr(t, "from_", 20) + 1
    one = Login(t.gw, user, password, f"{t.net}.{t.from_}")
    equal(one.asked(), "One-time code: ", "the question")
    one.answer(code)
    return one.result()[0]
