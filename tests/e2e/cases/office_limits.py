# SPDX-License-Identifier: BSD-2-Clause
"""150 agents, 60 with sanitizers, start at once behind one address: with limits
that are much too small for them some are reset, try again and get in; after a
reload with larger ones each waits for its turn, and none is reset."""

from lib.base import check, equal
from lib.office import Office, said
from lib.tcp import ask, dial

FEW = 20


def run(t):
    most = 60 if t.sanitized() else 150
    t.resource("echo", t.echo())
    server = t.gw.conf["server"]
    server.update(logins_per_source=2, waiting_per_source=6)
    t.gw.start()
    office = Office(t, most)
    agents, took = office.start(FEW)
    equal(took.count(None), 0, "agents that gave up")
    again = sum("; again in" in said(a) for a in agents)
    check(FEW // 4 < again, f"{again} of {FEW} agents had to try again")
    t.gw.wait_log("the connection from .* is reset, since too many wait; .* "
                  "shared_sources in .server., or raise the limits there")
    equal(ask(dial(agents[-1].at("echo"))), b"hello", "a connection")
    server.update(logins_per_source=64, waiting_per_source=most)
    t.gw.reload()
    agents, took = office.start(most - FEW)
    equal(took.count(None), 0, "agents that gave up after the reload")
    for agent in agents:
        check("; again in" not in said(agent), said(agent))
    equal(ask(dial(agents[-1].at("echo"))), b"hello", "one more")
    equal(len(t.gw.json("sessions")["sessions"]), most, "sessions")
