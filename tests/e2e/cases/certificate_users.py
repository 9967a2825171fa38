# SPDX-License-Identifier: BSD-2-Clause
"""`auth = certificate and users`: both are needed, and both of the same user;
a lock keeps out whoever has both."""

from lib.adit import PASSWORD
from lib.base import check, equal, matches
from lib.logins import DENIED, Login
from lib.pki import Office
from lib.tcp import ask, dial


def run(t):
    office = Office(t)
    t.resource("echo", t.echo())
    t.gw.set(auth="certificate and users", client_ca=office.ca)
    t.gw.user("bob")
    t.gw.start()
    alice, bob = office.issue("alice"), office.issue("bob")

    use(t, *alice)
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "through the tunnel")
    t.ag.down()

    # Bob's certificate, alice's name and password.
    use(t, *bob)
    status, text = t.ag.call("up")
    check(status == 1, f"exit status {status}: {text}")
    matches("the certificate is another user's", text, "of another user")
    for certificate, what in (None, "none"), (bob, "another user's"):
        one = Login(t.gw, "alice", PASSWORD, f"{t.net}.30",
                    certificate=certificate)
        leave, _, said = one.result()
        equal(leave, DENIED, f"{what}: the result")
        matches(what, said, "what is said of the certificate")

    # Her certificate, and another password.
    one = Login(t.gw, "alice", "wrong", f"{t.net}.31", certificate=alice)
    equal(one.result()[0], DENIED, "a wrong password")
    one = Login(t.gw, "alice", PASSWORD, f"{t.net}.32", certificate=alice)
    equal(one.result()[0], 0, "both")

    # A lock counts for both.
    t.gw.ctl("lock", "alice")
    one = Login(t.gw, "alice", PASSWORD, f"{t.net}.33", certificate=alice)
    equal(one.result()[0], DENIED, "a user who is locked")


def use(t, cert, key):
    t.ag.conf["agent"].update(certificate=cert, key=key)
    t.ag.write()
