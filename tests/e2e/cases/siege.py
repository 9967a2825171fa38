# SPDX-License-Identifier: BSD-2-Clause
"""Guesses at a user's name from one address and from 200: few of them are looked
at, and the owner, who was never here before, is in meanwhile.  The ones who wait
are told so in words that their agents know."""

import time

from lib.base import check, equal
from lib.logins import BUSY, DENIED, TOO_MANY, Login

SOURCES = 200


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    one = f"{t.net}.9"
    many = [f"{t.net}.{10 + n}" for n in range(SOURCES)]
    leaves = [guess(t, one).result()[0] for _ in range(3)]
    equal(leaves, [DENIED] * 3, "the first guesses")
    tries = [guess(t, source) for source in [one] * 30 + many]
    start = time.monotonic()
    t.ag.up()
    check(time.monotonic() - start < 8, "the owner waited for those who guess")
    equal(t.gw.json("stats")["logins"]["accepted"], 1, "logins")
    refused = t.gw.json("stats")["logins"]["refused"]
    check(refused < 80, f"{refused} guesses were looked at")
    # One is held, so that these two are not.
    tries.append(guess(t, one))
    new, old = guess(t, one), guess(t, one, flags=0)
    leave, wait, text = new.result()
    equal(leave, TOO_MANY, text)
    check(wait <= 15000, f"{wait} ms to wait")
    check("too many tries" in text, text)
    leave, _, text = old.result()
    equal(leave, BUSY, "what an older agent is told")
    check("too many tries" in text, text)
    for one in tries:
        one.close()


def guess(t, source, **kw):
    return Login(t.gw, "alice", "guess", source, **kw)
