# SPDX-License-Identifier: BSD-2-Clause
"""Agents that know several gateways."""

from .base import show


def second(t):
    """A gateway like the first, with the same certificate and users."""
    other = t.gateway("second", port=None)
    for part in "certificate", "private_key", "users":
        other.conf[other.title][part] = \
            f"{t.gw.dir}/{t.gw.conf[t.gw.title][part]}"
    for title, keys in t.gw.conf.items():
        if title.split()[0] in ("resource", "group"):
            other.conf[title] = keys
    return other.start()


def with_list(t, other, name):
    """An agent that knows both gateways, the first one first."""
    agent = t.agent(name=name)
    agent.conf["agent"]["gateway"] = [show((gw.host, gw.port))
                                      for gw in (t.gw, other)]
    agent.up()
    agent.wait_state("connected")
    return agent


def at(agent):
    """Where it is connected."""
    status = agent.status()
    return status["gateway"] if status["state"] == "connected" else None
