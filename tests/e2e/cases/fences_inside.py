# SPDX-License-Identifier: BSD-2-Clause
"""What is loaded into a worker gets no forbidden call through, and ends with
the worker where it would run another program."""

from lib import parley
from lib.base import Skip, equal, matches


def run(t):
    if t.sanitized():
        raise Skip("sanitizers need calls that the sandbox refuses")
    t.may_die = True
    parley.use(t, "captive")
    server = t.listen()
    t.resource("ctl", server, plugin="captive")
    t.up()
    talk = parley.Dialogue(t, server)
    talk.ask("HELLO", "OK", "OK")
    talk.app.say("TRY")
    talk.app.hear("through: none")
    worker = t.gw.worker()
    talk.app.say("RUN")
    equal(talk.app.fate(), ("reset", b""), "the worker's channel")
    t.gw.wait_log(r"the worker ended: killed by signal 31")
    matches("another", t.gw.log(), "its end")
