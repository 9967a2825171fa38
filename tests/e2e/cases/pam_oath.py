# SPDX-License-Identifier: BSD-2-Clause
"""A password of the system and a one-time code of pam_oath (docs/login.md): the
code is asked for whatever the password was, and a wrong one gets nobody in."""

import os
import subprocess

from lib.adit import PASSWORD
from lib.base import equal
from lib.pam import Pam
from lib.pty import Dialogue
from lib.servers import unpacked

ROOT = True
SECRET = "3132333435363738393031323334353637383930"


def run(t):
    users = t.write("users.oath", f"HOTP/T30/6 alice - {SECRET}\n")
    os.chmod(users, 0o600)
    module = unpacked("lib/x86_64-linux-gnu/security/pam_oath.so")
    Pam(t, f"auth required pam_unix.so nodelay\n"
           f"auth required {module} usersfile={users} window=5 digits=6\n"
           "account required pam_unix.so\nsession required pam_permit.so\n",
        users=["alice"])
    t.resource("echo", t.echo())
    t.gw.start()
    del t.ag.conf["agent"]["password_file"]
    t.ag.write()
    talk(t, PASSWORD, code(), "logged in: ", 0)
    t.ag.is_up = True
    t.ag.down()
    talk(t, PASSWORD, "000000", "wrong user or password", None)
    talk(t, "wrong", code(), "wrong user or password", None)


def code():
    return subprocess.run(["oathtool", "--totp", SECRET], text=True,
                          stdout=subprocess.PIPE, check=True).stdout.strip()


def talk(t, password, number, want, status):
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as d:
        d.expect("Password for alice at ")
        d.say(password)
        d.expect("One-time password")
        d.say(number)
        d.expect(want)
        if status is not None:
            d.process.wait(20)
            equal(d.process.returncode, status, "the exit status")
