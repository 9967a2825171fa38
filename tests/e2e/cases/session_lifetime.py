# SPDX-License-Identifier: BSD-2-Clause
"""After session_lifetime the agent logs in again with the kept password, and
applications hardly notice."""

from lib.base import equal, wait_for
from lib.tcp import ask, dial


def run(t):
    t.resource("echo", t.echo())
    t.gw.set(session_lifetime="2s")
    t.up()
    address = t.ag.at("echo")

    def logins():
        return t.gw.json("stats")["logins"]["accepted"]

    first = logins()
    wait_for(lambda: logins() >= first + 2, "two more logins", 30)
    wait_for(lambda: works(address), "new connections to work")
    equal(t.ag.at("echo"), address, "the address of the resource")
    wait_for(lambda: len(t.gw.json("sessions")["sessions"]) == 1,
             "one session")


def works(address):
    try:
        with dial(address, 5) as sock:
            return ask(sock) == b"hello"
    except (OSError, AssertionError):
        return False
