# SPDX-License-Identifier: BSD-2-Clause
"""On a terminal `up` asks for the password up to three times."""

from lib.adit import PASSWORD
from lib.base import check, equal, wait_for
from lib.pty import Dialogue


def ended(t, talk, status):
    wait_for(lambda: talk.process.poll() is not None, "adit up to end")
    equal(talk.process.returncode, status, "the exit status")


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    del t.ag.conf["agent"]["password_file"]
    t.ag.write()
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as talk:
        for word in "wrong", "also wrong":
            talk.expect("Password for alice at ")
            talk.say(word)
            talk.expect("wrong user or password\r\n")
        talk.expect("Password for alice at ")
        talk.say(PASSWORD)
        talk.expect("logged in: ")
        ended(t, talk, 0)
        check("wrong\r\n" not in talk.all, "a password is on the terminal")
    t.ag.is_up = True
    t.ag.wait_state("connected")
    t.ag.down()
    with Dialogue(t, t.ag.command("up"), within=60, env=t.ag.env) as talk:
        for _ in range(3):
            talk.expect("Password for alice at ")
            talk.say("wrong")
            talk.expect("wrong user or password")
        ended(t, talk, 1)
    check(not t.ag.pid(), "an agent is left running")
    # Whom nobody can ask is not asked again.
    status, text = t.ag.call("up")
    check(status == 2 and "no terminal" in text, f"{status} {text}")
