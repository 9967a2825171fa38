# SPDX-License-Identifier: BSD-2-Clause
"""Certificates that have expired, are of another authority, not for clients,
without a user's name or another user's, or whose CRL is out of date, let nobody
in, and who has one hears why.  Each tries from an address of its own."""

from lib.adit import PASSWORD
from lib.base import check, equal, matches
from lib.logins import Login
from lib.pki import Office


def run(t):
    office, other = Office(t), Office(t, "other")
    mail = "subjectAltName=email:{}@example.com"
    t.resource("echo", t.echo())
    t.gw.set(auth="certificate or users", client_ca=office.ca,
             client_crl=office.revoke(), client_user="email",
             client_suffix="@example.com")
    t.gw.start()
    good = office.issue("x", "good", mail.format("alice"))
    for said, who in (
            ("has expired", office.issue("x", "old", mail.format("alice"),
                                         days=(-3, -1))),
            ("authority that the gateway does not trust",
             other.issue("x", "strange", mail.format("alice"))),
            ("not for TLS clients",
             office.issue("x", "server", mail.format("alice"),
                          purpose="serverAuth")),
            ("has no user's name", office.issue("alice", "nameless")),
            ("no user's name at this gateway",
             office.issue("x", "away", "subjectAltName=email:alice@example.org")),
            ("has no user's name",
             office.issue("x", "two", mail.format("alice") +
                          ",email:bob@example.com")),
            ("another user's", office.issue("x", "bobs", mail.format("bob")))):
        leave, text = login(t, "alice", who, "wrong")
        equal(leave, 1, said)
        matches(said, text, "what its user hears")
    # The other alternative still lets in.
    equal(login(t, "alice", who, None)[0], 0, "by a password")
    equal(login(t, "alice", good)[0], 0, "a good certificate")
    # A certificate is no account.
    eve = office.issue("x", "eve", mail.format("eve"))
    equal(login(t, "eve", eve, "wrong")[0], 1, "eve, who has no line")

    office.revoke(old=True)
    t.gw.ctl("reload")
    matches("CRL is out of date", login(t, "alice", good, "wrong")[1], "the CRL")
    t.gw.set(client_crl_grace="24h")
    t.gw.write()
    t.gw.ctl("reload")
    equal(login(t, "alice", good)[0], 0, "a CRL that may be out of date")
    check("certificate refused: the certificate has expired" in t.gw.log(),
          "not in the log")


def login(t, user, who, password=""):
    """(leave, text); password "": the certificate has to be enough."""
    t.from_ = getattr(t, "from_", 30) + 1
    one = Login(t.gw, user, PASSWORD if password is None else password,
                f"{t.net}.{t.from_}", certificate=who, asked=password != "")
    leave, _, text = one.result()
    return leave, text
