# SPDX-License-Identifier: BSD-2-Clause
"""redis-cli makes a cluster of six servers under `adit run`, where it dials
their own addresses, and adds a seventh: the nodes tell each other what it has
told them, so nothing of that may be rewritten."""

from lib import redis
from lib.base import equal, matches, wait_for

DIRECT = True
NET = True
NEEDS = ["redis-server", "redis-cli"]


def run(t):
    with t.far:
        nodes = [redis.Node(t, t.far.ip, 7001 + n) for n in range(7)]
        for node in nodes:
            node.lines = [*redis.QUICK, "cluster-enabled yes"]
            node.run()
    if not t.direct:
        redis.plugin(t)
    t.resource("redis", *nodes, plugin="redis")
    t.agent(uid=65534)
    t.up()
    places = [f"{n.host}:{n.port}" for n in nodes]

    def cluster(*words):
        status, text = t.ag.run("redis-cli", "--cluster", *words)
        equal(status, 0, f"{words}: {text}")
        return text

    matches("All 16384 slots covered", cluster(
        "create", *places[:6], "--cluster-replicas", "1", "--cluster-yes"),
        "create")
    matches("New node added correctly", cluster("add-node", places[6],
                                                places[0]), "add-node")

    def agree():
        with t.far:
            return all("cluster_state:ok" in (told := n.ask("CLUSTER", "INFO"))
                       and "cluster_known_nodes:7" in told for n in nodes)

    wait_for(agree, "all seven to know each other", within=30)
    matches("All 16384 slots covered", cluster("check", places[6]), "check")
    with t.far:
        text = nodes[6].ask("CLUSTER", "NODES")
    equal(sorted(line.split()[1].partition("@")[0]
                 for line in text.splitlines()), sorted(places),
          "what the nodes know")
