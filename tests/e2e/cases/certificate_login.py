# SPDX-License-Identifier: BSD-2-Clause
"""`auth = certificate`: a good certificate logs in without any question.  An
upgrade keeps the session; a CRL that revokes its certificate ends it at the next
reload; an authority that is new counts from a reload on."""

from lib.base import check, equal, matches
from lib.pki import Office
from lib.tcp import ask, dial


def run(t):
    office = Office(t)
    t.resource("echo", t.echo())
    t.gw.set(auth="certificate", client_ca=office.ca, client_crl=office.revoke())
    t.gw.start()
    del t.ag.conf["agent"]["password_file"]

    cert, key = office.issue("alice")
    use(t, cert, key)
    t.ag.up()
    equal(ask(dial(t.ag.at("echo")), b"1\n"), b"1\n", "through the tunnel")
    t.gw.ctl("upgrade")
    equal(ask(dial(t.ag.at("echo")), b"2\n"), b"2\n", "after an upgrade")
    equal(users(t), ["alice"], "sessions")

    # Another certificate is revoked: nothing happens.  This one: it ends.
    office.revoke(office.issue("alice", "gone")[0])
    t.gw.ctl("reload")
    equal(users(t), ["alice"], "sessions after another one is revoked")
    office.revoke(cert)
    t.gw.ctl("reload")
    t.ag.wait_state("login")
    equal(users(t), [], "sessions after it is revoked")
    t.ag.down()
    status, text = t.ag.call("up")
    check(status == 1, f"exit status {status}: {text}")
    matches("the certificate is revoked", text, "the message")

    # A new authority, which has no CRL yet; then it has.
    new = Office(t, "new")
    with open(office.ca) as old, open(new.ca) as more:
        t.gw.set(client_ca=t.write("both.crt", old.read() + more.read()))
    with open(office.crl) as old, open(new.revoke()) as more:
        t.gw.set(client_crl=t.write("both.crl", old.read() + more.read()))
    t.gw.write()
    t.gw.ctl("reload")
    use(t, *new.issue("alice", "anew"))
    t.ag.up()
    equal(users(t), ["alice"], "sessions by a new authority")


def use(t, cert, key):
    t.ag.conf["agent"].update(certificate=cert, key=key)
    t.ag.write()


def users(t):
    return [s["user"] for s in t.gw.json("sessions")["sessions"]]
