# SPDX-License-Identifier: BSD-2-Clause
"""What the audit says of logins, by each method of `auth` and their combinations:
who was let in by what, and which method refused whom."""

import re

from lib.adit import PASSWORD
from lib.base import check, equal, wait_for
from lib.logins import Login
from lib.otp import code, wrong
from lib.pam import Pam
from lib.pki import Office

ROOT = True
TIMEOUT = 60
WHO = r"gateway=main source=[0-9.]+:\d+"
LINE = re.compile(rf"evt=login user=(\S+) {WHO} result=(\S+) methods=(\S+) "
                  r'failed=(\S+) reason="(.*)"')


def run(t):
    pam = Pam(t, "auth required pam_unix.so nodelay\n"
              "account required pam_unix.so\n"
              "session required pam_permit.so\n", users=["alice", "petra"],
              auth="users")
    t.resource("echo", t.echo())
    t.gw.user("bob")
    t.gw.start()
    key = t.gw.json("otp", "alice")["secret"]
    by_password(t)
    by_code(t, key)
    by_pam(t, pam)
    by_certificate(t)
    check(PASSWORD not in t.gw.log() and key not in t.gw.log(), "a secret")


def lines(t):
    return LINE.findall(t.gw.log())


def method(t, auth, **keys):
    t.gw.set(auth=auth, **keys)
    t.gw.reload()


def says(t, user, words, want, certificate=None, shown=None):
    """A login with these answers, the first one to `Password: `; what the audit
    says of it: (result, methods, failed, reason)."""
    t.from_ = getattr(t, "from_", 20) + 1
    before = len(lines(t))
    one = Login(t.gw, user, words[0] if words else "",
                f"{t.net}.{t.from_}", certificate=certificate,
                asked=bool(words))
    for word in words[1:]:
        one.asked()
        one.answer(word)
    one.result()
    found = wait_for(lambda: lines(t)[before:], f"a line for {user}")
    equal(found, [(shown or user, *want)], f"the audit of {user} with {words}")


def right(methods):
    return "accepted", methods, "-", ""


def refused(failed, reason=""):
    return "refused", "-", failed, reason


def by_password(t):
    says(t, "alice", [PASSWORD], right("users"))
    says(t, "alice", ["no"], refused("users"))
    says(t, "eve", [PASSWORD], refused("users"))
    says(t, 'eve" result=accepted', [PASSWORD], refused("users"), shown="-")
    t.gw.ctl("lock", "bob")
    says(t, "bob", [PASSWORD], refused("users", "the user is locked"))
    t.gw.ctl("unlock", "bob")


def by_code(t, key):
    method(t, "users and otp")
    now = code(key)
    says(t, "alice", [PASSWORD, wrong(key)], refused("otp"))
    says(t, "alice", ["no", now], refused("users"))
    says(t, "alice", ["no", wrong(key)], refused("users,otp"))
    says(t, "bob", [PASSWORD, now], refused("otp"))
    says(t, "alice", [PASSWORD, now], right("users,otp"))
    says(t, "alice", [PASSWORD, now], refused("otp"))


def by_pam(t, pam):
    method(t, "pam")
    says(t, "petra", [PASSWORD], right("pam"))
    says(t, "petra", ["no"], refused("pam"))
    method(t, "pam or users")
    says(t, "bob", [PASSWORD], right("users"))
    says(t, "bob", ["no"], refused("users,pam"))
    method(t, "users and pam")
    says(t, "alice", [PASSWORD], right("users,pam"))
    says(t, "petra", [PASSWORD], refused("users"))


def by_certificate(t):
    office = Office(t)
    method(t, "certificate", client_ca=office.ca, client_crl=office.revoke())
    alice, bob = office.issue("alice"), office.issue("bob")
    says(t, "alice", [], right("certificate"), alice)
    office.revoke(alice[0])
    t.gw.reload()
    says(t, "alice", [], refused("certificate", "the certificate is revoked"),
         alice)
    method(t, "certificate and users or pam")
    says(t, "bob", [PASSWORD], right("certificate,users"), bob)
    says(t, "bob", ["no"], refused("users,pam"), bob)
    says(t, "petra", [PASSWORD], right("pam"))
