# SPDX-License-Identifier: BSD-2-Clause
"""A password that PAM has is changed on the web pages: PAM asks for the new one
in its own words, after the one-time code that the login needs; sessions and
other browsers end, though PAM does not know what they were made with."""

from lib import otp, pages
from lib.adit import PASSWORD
from lib.base import check
from lib.pages import Browser
from lib.pam import Pam

NEEDS = ["curl"]
TIMEOUT = 120
ROOT = True
NEW = "battery staple 42"
STACK = """\
auth required pam_unix.so nodelay
account required pam_unix.so
session required pam_permit.so
password required pam_unix.so sha512
"""


def run(t):
    Pam(t, STACK, users=["alice"])
    t.resource("echo", t.echo())
    pages.switch_on(t)
    t.gw.start()
    t.ag.up()
    b, other = Browser(t), Browser(t, "other")
    for browser in b, other:
        browser.answer(browser.begin("alice"), PASSWORD, status=303)
    wrong = b.post("/password", csrf=b.csrf(), password="not this one",
                   status=403)
    check("is not right" in wrong.text(), wrong.text())
    asked = b.post("/password", csrf=b.csrf(), password=PASSWORD, status=200)
    for question in "New password:", "Retype new password:":
        check(question in asked.text() and
              'autocomplete="new-password"' in asked.body, asked.text())
        asked = answer(b, asked, NEW,
                       status=303 if question[0] == "R" else 200)
    check("The password is changed" in b.get("/password/done").text(), "done")
    other.get("/", status=303)
    t.ag.wait_state("login")
    t.gw.wait_log('evt=password user=alice .* method=pam result=changed '
                  'reason=""')
    t.ag.down()
    with_code(t)


def answer(b, asked, text, status):
    return b.post("/password/answer", csrf=asked.hidden("csrf"),
                  login=asked.hidden("login"), a0=text, status=status)


def with_code(t):
    """What else the login needs comes before PAM's question."""
    t.gw.set(auth="pam and otp")
    t.gw.reload()
    key = t.gw.json("otp", "alice")["secret"]
    b = Browser(t, "code", source=f"{t.net}.40")
    asked = b.answer(b.begin("alice"), NEW)
    b.answer(asked, otp.code(key), status=303)
    asked = b.post("/password", csrf=b.csrf(), password=NEW, status=200)
    check("One-time code:" in asked.text() and
          'autocomplete="one-time-code"' in asked.body, asked.text())
    # The code that has let the browser in is used up.
    wrong = answer(b, asked, otp.code(key), status=403)
    check("is not right" in wrong.text(), wrong.text())
