# SPDX-License-Identifier: BSD-2-Clause
"""After a first login by flags on a terminal, `up` offers to write adit.ini;
nothing is asked elsewhere, and nothing that is there is written over."""

import os

from lib.adit import PASSWORD
from lib.base import check, equal, show, wait_for
from lib.pty import Dialogue

QUESTION = 'so that next time "adit up" is enough? [y/N] '


def up(t, answer, *flags):
    """What was said on a terminal."""
    with Dialogue(t, [t.tool("adit"), "up", *flags], env=t.ag.env) as talk:
        talk.expect("Password for ")
        talk.say(PASSWORD)
        talk.expect("logged in: ")
        if answer is not None:
            talk.expect(QUESTION)
            talk.say(answer)
        if answer == "y":
            talk.expect("written: ")
            talk.expect("adit.ini\r\n")
        wait_for(lambda: talk.process.poll() is not None, "adit up to end")
        equal(talk.process.returncode, 0, "the exit status")
        t.run([t.tool("adit"), "down"], env=t.ag.env)
        return talk.all


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    # Without -c: the folder of this case is the user's own.
    where = show((t.gw.host, t.gw.port))
    flags = ["--gateway", where, "--user", "alice", "--pin", t.gw.pin]
    file = f"{t.ag.dir}/config/adit/adit.ini"
    for answer in "", "n", "what?":
        up(t, answer, *flags)
        check(not os.path.exists(file), f"written after {answer!r}")
    # Without a terminal nobody is asked.
    out = t.run([t.tool("adit"), "up", *flags, "--password-stdin"],
                env=t.ag.env, input=PASSWORD + "\n")
    check(QUESTION not in out, out)
    t.run([t.tool("adit"), "down"], env=t.ag.env)

    said = up(t, "y", *flags)
    check(f"Write this to {file}," in said, said)
    equal(os.stat(file).st_mode & 0o777, 0o600, "its mode")
    with open(file) as f:
        text = f.read()
    equal(text, f"[agent]\ngateway = {where}\nuser = alice\n"
          f"pin = {t.gw.pin}\n", "the file")
    up(t, None)
    up(t, None, *flags)
    with open(file) as f:
        equal(f.read(), text, "the file is as it was")
