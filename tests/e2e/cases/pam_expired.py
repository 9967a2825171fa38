# SPDX-License-Identifier: BSD-2-Clause
"""Whose password of the system has expired changes it while he logs in, to one
that is good enough."""

from lib.adit import PASSWORD
from lib.base import equal
from lib.pam import Pam
from lib.pty import Dialogue

ROOT = True
NEW = "battery staple 42"


def run(t):
    pam = Pam(t, "auth required pam_unix.so nodelay\n"
                 "account required pam_unix.so\n"
                 "password required pam_unix.so sha512\n"
                 "session required pam_permit.so\n", users=["alice"])
    pam.aged["alice"] = 0
    t.resource("echo", t.echo())
    t.gw.start()
    del t.ag.conf["agent"]["password_file"]
    t.ag.write()
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as d:
        # pam_unix sees root, and would take it.
        change(d, "1")
        d.expect("The new password has fewer than 8 characters.")
        d.expect("adit: wrong user or password")
        change(d, NEW)
        d.expect("logged in: ")
        d.process.wait(20)
    t.ag.is_up = True
    t.ag.down()
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as d:
        d.expect("Password for alice at ")
        d.say(NEW)
        d.expect("logged in: ")
        d.process.wait(20)
        equal(d.process.returncode, 0, "the exit status")
    t.ag.is_up = True
    t.ag.down()


def change(d, new):
    d.expect("Password for alice at ")
    d.say(PASSWORD)
    d.expect("You are required to change your password")
    d.expect("Current password: ")
    d.say(PASSWORD)
    d.expect("New password: ")
    d.say(new)
    d.expect("Retype new password: ")
    d.say(new)
