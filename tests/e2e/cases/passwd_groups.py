# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl passwd` says what it did, refuses groups that do not exist, and
takes no group away unasked; a password is asked for twice on a terminal."""

import json

from lib.base import check, equal, matches
from lib.pty import Dialogue

WORD = "some long word\n"


def run(t):
    gw = t.gw
    for name in "staff", "ops", "sales":
        gw.conf[f"group {name}"] = {}
    gw.write()
    matches("bob added at gateway main\n.*groups of bob at gateway main: staff",
            passwd(gw, "--groups", "staff", "bob"), "a new user")
    text = passwd(gw, "bob")
    matches("password of bob changed at gateway main", text, "a new password")
    equal(groups(gw), ["staff"], "groups after a new password")
    refused(gw, r"no \[group stafff\], did you mean \"staff\"", "stafff")
    refused(gw, r"no \[group stafff\]", "+stafff")
    refused(gw, r"no \[group stafff\]", "-stafff")
    refused(gw, r"bob is in group staff too.*--groups \+ops.*--groups =ops",
            "ops")
    refused(gw, "expected group,group", "+ops,")
    matches("groups of bob at gateway main: staff,ops",
            gw.ctl("passwd", "--groups", "+ops", "bob"), "one more")
    gw.ctl("passwd", "--groups", "ops,staff,sales", "bob")
    equal(groups(gw), ["ops", "staff", "sales"], "a list with all of them")
    gw.ctl("passwd", "--groups", "-staff,sales", "bob")
    equal(groups(gw), ["ops"], "two less")
    gw.ctl("passwd", "--groups", "=staff", "bob")
    equal(groups(gw), ["staff"], "another one")
    matches("none\n.*bob may log in and reach nothing",
            gw.ctl("passwd", "--groups", "=", "bob"), "no group")
    said = json.loads(passwd(gw, "--json", "--groups", "ops,sales", "carol"))
    equal(said, {"user": "carol", "gateway": "main", "done": "added",
                 "groups": ["ops", "sales"], "locked": False}, "JSON")
    gw.ctl("lock", "carol")
    matches("password of carol changed at gateway main; the user stays locked",
            passwd(gw, "carol"), "a password of a locked user")
    check(gw.json("users")["users"][-1]["locked"], "carol is not locked")
    on_terminal(t)


def passwd(gw, *words):
    return gw.ctl("passwd", *words, "--password-stdin", input=WORD)


def groups(gw):
    return next(u["groups"] for u in gw.json("users")["users"]
                if u["user"] == "bob")


def refused(gw, pattern, value):
    before = groups(gw)
    matches(pattern, gw.ctl("passwd", "--groups", value, "bob", check=False),
            f"--groups {value}")
    equal(groups(gw), before, f"groups after --groups {value}")


def on_terminal(t):
    args = [t.tool("aditctl"), "-c", t.gw.conf_file, "passwd", "dora"]
    with Dialogue(t, args) as d:
        d.expect("password for dora: ")
        d.say("one word")
        d.expect("again: ")
        d.say("another word")
        d.expect("not the same")
    with Dialogue(t, args) as d:
        for prompt in "password for dora: ", "again: ":
            d.expect(prompt)
            d.say("one word")
        d.expect("dora added at gateway main")
