# SPDX-License-Identifier: BSD-2-Clause
"""A node that is the host of another resource is shown where that one listens.
Under an any-IP resource that covers all nodes it is not: the gateway does not
know which hosts a user has mapped.  Each node has a listener of its own then,
which stays; a client that begins at the address of a mapped host is shown this
address as that node's, and reaches the others."""

from lib import redis, redis_clients
from lib.base import check, equal, host_port

NEEDS = ["redis-server"]
COUNT = 6


def places(seed, cluster):
    """Where each node is, in the order of the cluster."""
    found = {node[2]: tuple(node[:2]) for _, _, *nodes in
             redis.ask(seed, "CLUSTER", "SLOTS") for node in nodes}
    return [found[node.id] for node in cluster.nodes]


def run(t):
    cluster = redis.Cluster(t)
    redis.resource(t, cluster.nodes[0])
    redis.resource(t, cluster.nodes[1], "second")
    t.resource("nodes", host="any", port=7000, allow=redis.NODES_OF(t),
               plugin="redis", redirect_allow=redis.NODES_OF(t))
    t.up()
    seed = t.at("redis")
    before = places(seed, cluster)
    equal(before[:2], [seed, t.at("second")], "nodes that are resources")

    at = host_port(t.ag.ctl("map", "nodes", cluster.nodes[2].host).strip())
    now = places(seed, cluster)
    equal(now, before, "the nodes as the seed shows them")
    check(at not in now, f"{at} is the map's, and a node's: {now}")
    mine = places(at, cluster)
    equal(mine[2], at, "the mapped node, as it shows itself")
    equal(mine[1], t.at("second"), "a node that is a resource, from there")
    for node, place in zip(cluster.nodes, mine):
        equal(redis.ask(place, "CLUSTER", "MYID"), node.id, f"who is {place}")
    equal(len(set(redis_clients.keys("ioredis", at))), COUNT,
          "nodes of a client that begins there")
