# SPDX-License-Identifier: BSD-2-Clause
"""Logins by PAM on the web pages: PAM asks in its own words, be that for a
password or not; several questions in a row, and a one-time code behind them; a
wrong answer is told after the last one, and a round is answered once."""

from lib import otp, pages
from lib.adit import PASSWORD
from lib.base import check, equal
from lib.pages import Browser
from lib.pam import Pam, module

NEEDS = ["curl"]
ROOT = True


def run(t):
    odd = module(t)
    pam = Pam(t, stack(odd, "questions"), auth="pam and otp")
    t.resource("echo", t.echo())
    pages.switch_on(t)
    t.gw.start()
    key = t.gw.json("otp", "alice")["secret"]
    b = Browser(t)
    check("password" not in b.get("/login").body, "a password is asked for")
    answers = [PASSWORD, "Rex", "123456", otp.code(key)]
    # From addresses of their own, so that none waits for the failures before.
    for n in range(len(answers)):
        logs_in(Browser(t, f"b{n}", source=f"{t.net}.{20 + n}"), answers,
                wrong=n)
    logs_in(b, answers)
    check("echo" in b.get("/").text(), "the pages")

    pam.stack(stack(odd, "token"))
    t.gw.set(auth="pam")
    t.gw.reload()
    b = Browser(t, "token", source=f"{t.net}.30")
    asked = b.begin("alice")
    check("Token:" in asked.text() and 'type="password"' not in asked.body,
          asked.text())
    b.answer(asked, "4712", status=403)
    b.answer(asked, "4711", status=403)
    b.answer(b.begin("alice"), "4711", status=303)
    check("echo" in b.get("/").text(), "the pages")


def stack(odd, how):
    return (f"auth required {odd} {how}\naccount required pam_permit.so\n"
            "session required pam_permit.so\n")


def logs_in(b, answers, wrong=None):
    """wrong: the number of the answer that is."""
    questions = ["Password:", "Your dog:", "Code:", "One-time code:"]
    asked = b.begin("alice")
    for n, (question, answer) in enumerate(zip(questions, answers)):
        check(question in asked.text(), f"{question} is not in {asked.text()}")
        equal('type="text" autocomplete="off"' in asked.body,
              question == "Your dog:", "whether one sees what one types")
        last = n == len(questions) - 1
        status = 200 if not last else 303 if wrong is None else 403
        asked = b.answer(asked, "000000" if n == wrong else answer,
                         status=status)
    if wrong is not None:
        check("not right" in asked.text(), asked.text())
