# SPDX-License-Identifier: BSD-2-Clause
"""Two agents of one user share a state folder: each has its addresses, the
same ones at every start, in whatever order they start."""

import os

from lib.base import check, equal
from lib.tcp import ask, dial


def places(agents):
    return [(agent.at("echo"), agent.at("twin")) for agent in agents]


def run(t):
    agents = []
    for name in "one", "two":
        gateway = t.gateway(name)
        server = t.echo()
        gateway.resource("echo", host=server.host, port=server.port)
        gateway.resource("twin", host=server.host, port=7777)
        gateway.start()
        agent = t.agent(gateway, name=f"agent-{name}")
        agents.append(agent)
    # As two files of one user have it: the same network, one state folder.
    for agent in agents[1:]:
        agent.env["XDG_STATE_HOME"] = agents[0].env["XDG_STATE_HOME"]
        agent.conf["agent"]["loopback_net"] = (
            agents[0].conf["agent"]["loopback_net"])
    for agent in agents:
        agent.up()
    first = places(agents)
    hosts = [host for agent in first for host, _ in agent]
    equal(len(set(hosts)), 4, f"one address for each: {hosts}")
    for turn in range(4):
        for agent in agents:
            agent.down()
        for agent in agents[::-1] if turn % 2 else agents:
            agent.up()
        equal(places(agents), first, f"the addresses after start {turn + 2}")
    for agent in agents:
        equal(ask(dial(agent.at("echo"))), b"hello", agent.name)
    # A profile that is gone leaves no lines behind.
    agents[1].down()
    path = f"{agents[0].env['XDG_STATE_HOME']}/adit/addresses"
    with open(path) as f:
        check(agents[1].dir in f.read(), "the second agent's lines")
    os.unlink(f"{agents[1].dir}/adit.ini")
    agents[0].down()
    agents[0].up()
    with open(path) as f:
        check(agents[1].dir not in f.read(), "lines of a file that is gone")
