# SPDX-License-Identifier: BSD-2-Clause
"""Full disks: of the users file, the file of one-time codes and state_dir, where
each command says so and no file is half written; and of the log, where
connections go on, and lost lines are counted.  With room again all of it works."""

import os
import shutil

from lib.adit import PASSWORD
from lib.base import CLONE_NEWNS, Skip, check, equal, libc, matches, wait_for
from lib.logins import DENIED, Login
from lib.machine import mount
from lib.pty import Dialogue
from lib.tcp import ask, dial

ROOT = True
NEW = "battery staple 42"
FULL = "No space left on device"


class Disk:
    """A file system of its own, which is small."""

    def __init__(self, t, name):
        self.dir = t.folder(name)
        mount("-t", "tmpfs", "-o", "size=256k,mode=755", "tmpfs", self.dir)
        self.filler = f"{self.dir}/filler"

    def fill(self):
        with open(self.filler, "wb", buffering=0) as f:
            try:
                while f.write(bytes(512)):
                    pass
            except OSError as error:
                check(FULL in str(error), error)

    def empty(self):
        os.unlink(self.filler)

    def content(self):
        """{name: what is in it} of all files but the filler."""
        found = {}
        for folder, _, names in os.walk(self.dir):
            for name in names:
                path = os.path.join(folder, name)
                if path != self.filler:
                    with open(path, "rb") as f:
                        found[path] = f.read()
        return found


def run(t):
    try:
        libc("unshare", CLONE_NEWNS)
    except OSError as why:
        raise Skip(f"no mount namespace: {why}") from None
    mount("--make-rprivate", "/")
    data, log = Disk(t, "data"), Disk(t, "logs")
    shutil.copy(f"{t.gw.dir}/users", f"{data.dir}/users")
    t.gw.set(users=f"{data.dir}/users")
    t.gw.conf["server"]["state_dir"] = f"{data.dir}/state"
    t.gw.log_file = f"{log.dir}/aditd.log"
    t.resource("echo", t.echo())
    t.gw.user("bob")
    for user in "alice", "bob":
        t.gw.ctl("otp", user)
    t.up()
    app = dial(t.ag.at("echo"))
    data_is_full(t, data)
    state_is_kept(t, data)
    log_is_full(t, log, app)


def data_is_full(t, data):
    data.fill()
    before = data.content()
    for words, input in (
            (["passwd", "bob", "--password-stdin"], NEW + "\n"),
            (["passwd", "carol", "--password-stdin"], NEW + "\n"),
            (["passwd", "--delete", "bob"], None),
            (["lock", "bob"], None),
            (["otp", "alice"], None),
            (["otp", "--remove", "bob"], None)):
        said = t.gw.ctl(*words, input=input, check=False)
        matches(f"users.*{FULL}", said, f"aditctl {words}")
        equal(data.content(), before, f"the files after aditctl {words}")
    changes(t, "the password is not changed: the gateway cannot write its "
            "users file: ask its administrator", 1)
    t.gw.wait_log(f"users.*{FULL}")
    t.gw.wait_log("cannot change the password, since aditd cannot write "
                  ".*/users.*room")
    t.gw.wait_log("evt=password user=alice .* result=kept reason=\"the gateway "
                  "cannot write its users file")
    equal(data.content(), before, "the files after adit passwd")
    equal(Login(t.gw, "bob", "wrong", f"{t.net}.20").result()[0], DENIED,
          "a login that is remembered")


def state_is_kept(t, data):
    """It is written at the end: the old one stays as it was."""
    before = data.content()
    t.gw.stop()
    t.gw.wait_log(f"state/logins.json.*{FULL}")
    equal(data.content(), before, "the files at the end")
    data.empty()
    t.gw.start()
    t.ag.wait_state("connected")
    changes(t, "password of alice changed at ", 0)
    t.gw.ctl("passwd", "bob", "--password-stdin", input=NEW + "\n")
    equal(Login(t.gw, "bob", NEW, f"{t.net}.21").result()[0], 0,
          "bob, with room again")
    equal(sorted(os.listdir(data.dir)), ["state", "users", "users.otp"],
          "what is there")


def log_is_full(t, log, app):
    app = dial(t.ag.at("echo"))
    log.fill()

    def lost():
        # The last page of the file has room yet.
        with dial(t.ag.at("echo")) as sock:
            equal(ask(sock), b"hello", "with a full log")
        return t.gw.json("stats")["log_lost"]

    wait_for(lambda: lost() >= 20, "lost lines", 60)
    equal(ask(app), b"hello", "a connection of before")
    log.empty()
    # The process that has lost lines says so before its next one.
    with dial(t.ag.at("echo")) as sock:
        equal(ask(sock, b"x" * 1234), b"x" * 1234, "with room again")
    t.gw.wait_log(r"log lines lost here: \d+, of them audit lines: \d+; "
                  "standard error was not read, or its disk was full")
    t.gw.wait_log("evt=channel .*resource=echo .*to_server=1234 ")


def changes(t, says, status):
    kept = t.ag.conf["agent"].pop("password_file")
    t.ag.write()
    with Dialogue(t, t.ag.command("passwd"), env=t.ag.env) as d:
        d.expect("Present password for alice at ")
        d.say(PASSWORD)
        for question in "New password: ", "New password again: ":
            d.expect(question)
            d.say(NEW)
        d.expect(says)
        d.process.wait(30)
        equal(d.process.returncode, status, d.all)
    t.ag.conf["agent"]["password_file"] = kept
