# SPDX-License-Identifier: BSD-2-Clause
"""The web pages of gateways that want a certificate: without one the page says
what to do, and has no form; with one the name is enough; another's, or one that
is revoked, lets nobody in, and ends what it has let in; certificate and otp;
certificate or users."""

import re

from lib import otp, pages
from lib.adit import PASSWORD
from lib.base import check, equal
from lib.pages import Browser
from lib.pki import Office

NEEDS = ["curl", "openssl"]


def run(t):
    office = Office(t)
    t.resource("echo", t.echo())
    pages.switch_on(t, auth="certificate", client_ca=office.ca,
                    client_crl=office.revoke())
    t.gw.user("bob")
    t.gw.start()
    none = Browser(t, "none")
    text = none.get("/login").body
    check("shown none" in text and "<input" not in text, text)
    text = none.begin(status=403).text()
    check("does not let this user in" in text and "none was shown" in text, text)

    shown = office.issue("alice")
    with_it = shows(*shown)
    b = Browser(t, "alice", source=f"{t.net}.20")
    asked = b.get("/login", *with_it)
    check('name="user"' in asked.body and "password" not in asked.body,
          asked.body)
    text = b.begin("bob", *with_it, status=403).text()
    check("the certificate is another user's" in text, text)
    b.begin("alice", *with_it, status=303)
    check("echo" in b.get("/").text(), "the pages")
    office.revoke(shown[0])
    t.gw.ctl("reload")
    b.get("/", *with_it, status=303)
    text = b.begin("alice", *with_it, status=403).text()
    check("the certificate is revoked" in text, text)
    with_code(t, office)
    or_password(t, office)
    check(re.search(r"evt=page user=alice gateway=main source=\S+ action=login "
                    r"about=- result=done", t.gw.log()), "the audit")


def with_code(t, office):
    """The certificate, and then a code; no password is asked for."""
    key = t.gw.json("otp", "alice")["secret"]
    t.gw.set(auth="certificate and otp")
    t.gw.reload()
    words = shows(*office.issue("alice", "second"))
    b = Browser(t, "code", source=f"{t.net}.21")
    asked = b.begin("alice", *words)
    check("One-time code" in asked.text() and "alice" in asked.text(),
          asked.text())
    b.answer(asked, otp.code(key), words=words, status=303)
    b.get("/")


def or_password(t, office):
    """Who shows no certificate is asked for the password."""
    t.gw.set(auth="certificate or users")
    t.gw.reload()
    b = Browser(t, "either", source=f"{t.net}.22")
    asked = b.get("/login")
    check('name="user"' in asked.body and "password" not in asked.body,
          asked.body)
    asked = b.begin("alice")
    equal(re.findall(r'autocomplete="([\w-]+)"', asked.body),
          ["username", "current-password"], "what a browser may fill in")
    text = b.answer(asked, "wrong", status=403).text()
    check("not right" in text and "certificate" not in text, text)
    b.answer(b.begin("alice"), PASSWORD, status=303)
    b.get("/")
    b = Browser(t, "third", source=f"{t.net}.22")
    b.begin("alice", *shows(*office.issue("alice", "third")), status=303)
    b.get("/")


def shows(cert, key):
    return ["--cert", cert, "--key", key]
