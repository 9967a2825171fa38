# SPDX-License-Identifier: BSD-2-Clause
"""The delays after failed logins outlive an upgrade and a restart of the
gateway; if the file cannot be written, the log says so and the gateway goes
on."""

import os

from lib.base import check, equal, wait_for
from lib.logins import Login

GUESSES = 5         # of which three are free


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    tries = []
    for number in range(1, GUESSES + 1):
        tries.append(guess(t))
        wait_for(lambda: count(t, "refused") == number, "a guess's turn")
    t.gw.ctl("upgrade")
    still_waits(t, "after an upgrade")
    t.gw.stop()
    file = os.path.join(t.gw.dir, "state/logins.json")
    equal(os.stat(file).st_mode & 0o777, 0o600, "who may read the file")
    t.gw.start()
    still_waits(t, "after a restart")
    t.gw.stop()
    check("forgotten at a restart" not in t.gw.log(), "a warning without a reason")
    t.write("nothing", "")
    t.gw.conf["server"]["state_dir"] = t.path("nothing/below")
    t.gw.start()
    t.ag.up()
    t.gw.stop()
    t.gw.wait_log("warning: .*forgotten at a restart: .*nothing/below")


def guess(t):
    return Login(t.gw, "alice", "guess", f"{t.net}.9")


def count(t, what):
    return t.gw.json("stats")["logins"][what]


def still_waits(t, when):
    """One more guess may find that its wait is over, if the machine is slow.  Of
    two that come then the first one is held and the second one put off."""
    seen, late = count(t, "refused"), count(t, "delayed")
    tries = [guess(t)]
    wait_for(lambda: count(t, "refused") == seen + 1, f"a guess's turn {when}")
    tries += guess(t), guess(t)
    wait_for(lambda: count(t, "delayed") > late, f"a wait {when}")
    equal(count(t, "refused"), seen + 1, f"guesses looked at {when}")
    for one in tries:
        one.close()
