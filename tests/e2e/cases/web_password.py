# SPDX-License-Identifier: BSD-2-Clause
"""A user changes the own password on the web pages: what is asked, what is
refused, who is logged out by it; in English and in German."""

import re

from lib import pages
from lib.adit import PASSWORD
from lib.base import check, equal, wait_for
from lib.pages import Browser

NEEDS = ["curl"]
TIMEOUT = 120

NEW = "battery staple 42"


def run(t):
    t.resource("echo", t.echo())
    t.gw.user("bob")
    pages.switch_on(t)
    t.up()
    b, other, bob = Browser(t), Browser(t, "other"), Browser(t, "bob")
    for browser in b, other:
        browser.login()
    bob.login("bob")
    again(t, b)
    refused(t, b, other)
    changed(t, b, other, bob)
    forbidden(t, b)


def token(b):
    return re.search(r"__Host-adit\s+(\w+)", open(b.jar).read()).group(1)


def again(t, b):
    """A browser that logs in once more has one token."""
    old = token(b)
    b.login(password="wrong", status=403)
    b.get("/")
    b.login()
    check(token(b) != old, "the token of the further login")
    Browser(t, "old").get("/", "-H", f"Cookie: __Host-adit={old}", status=303)
    b.get("/")


def present(b, password, status=200, **fields):
    fields = {"csrf": b.csrf("/password"), **fields}
    return b.post("/password", password=password, status=status, **fields)


def fresh(b, asked, one, two, status=200, **fields):
    fields = {"csrf": asked.hidden("csrf"), "login": asked.hidden("login"),
              **fields}
    return b.post("/password/answer", a0=one, a1=two, status=status, **fields)


def refused(t, b, other):
    check("Change password" in b.get("/").text(), "the menu")
    present(b, PASSWORD, status=403, csrf="00" * 32)
    present(b, PASSWORD, status=403, csrf=other.csrf("/password"))
    check("is not right" in present(b, "not this one", status=403).text(),
          "a wrong one")
    t.gw.wait_log('user "alice" from .* at gateway main: refused')
    asked = present(b, PASSWORD)
    check('autocomplete="new-password"' in asked.body, asked.body)
    check("at least 8 characters" in asked.text(), asked.text())
    # Neither another form's token nor another browser of the same user.
    fresh(b, asked, NEW, NEW, status=403, csrf="00" * 32)
    fresh(b, asked, NEW, NEW, status=403, login="00" * 32)
    fresh(other, asked, NEW, NEW, status=403, csrf=other.csrf())
    other.post("/login/answer", login=asked.hidden("login"), a0=NEW, a1=NEW,
               status=403)
    b.post("/language", language="de")
    german = fresh(b, asked, "short", "short")
    check("hat weniger als 8 Zeichen" in german.text() and
          "Neues Passwort, noch einmal:" in german.text(), german.text())
    differ = fresh(b, german, NEW, NEW + "x")
    check("sind nicht gleich" in differ.text(), differ.text())
    # An old form is answered once.
    fresh(b, german, NEW, NEW, status=403)
    last = fresh(b, differ, PASSWORD, PASSWORD, status=400).text()
    check("Das Passwort ist nicht geändert. Das neue Passwort ist das, das "
          "Sie schon haben." in last, last)
    b.post("/language", language="en")
    check('method=users result=kept reason="The new password is the one that '
          'you have."' in t.gw.log(), "the audit of a refusal")
    equal(t.ag.state(), "connected", "the agent")


def changed(t, b, other, bob):
    asked = present(b, PASSWORD)
    old = token(b)
    a = fresh(b, asked, NEW, NEW, status=303)
    equal(a.header("location"), "/password/done", "where it goes")
    check("The password is changed" in b.get("/password/done").text(), "done")
    b.get("/")
    check(token(b) != old, "the token of before")
    Browser(t, "old").get("/", "-H", f"Cookie: __Host-adit={old}", status=303)
    other.get("/", status=303)
    bob.get("/")
    wait_for(lambda: t.ag.state() != "connected", "the session to end")
    for line in (r'evt=password user=alice gateway=main source=\S+ '
                 r'method=users result=changed reason=""',
                 r"evt=page user=alice gateway=main source=\S+ "
                 r"action=password about=- result=asked",
                 r"evt=page user=alice gateway=main source=\S+ "
                 r"action=password about=- result=done"):
        check(re.search(line, t.gw.log()), f"no audit {line}")
    for word in NEW, PASSWORD:
        check(word not in t.gw.log(), "a password is in the log")
    t.ag.down()
    fourth = Browser(t, "fourth", source=f"{t.net}.90")
    fourth.login(password=PASSWORD, status=403)
    fourth.login(password=NEW)


def forbidden(t, b):
    t.gw.set(password_change="no")
    t.gw.reload()
    check("Change password" not in b.get("/").text(), "the menu")
    check("does not let users change" in
          b.get("/password", status=403).text(), "why")
    why = b.post("/password", password=NEW, csrf=b.csrf(), status=400).text()
    check("this gateway does not let users change their passwords" in why, why)
