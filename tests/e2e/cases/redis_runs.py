# SPDX-License-Identifier: BSD-2-Clause
"""A thousand short runs of a client in one session, each of which closes its
first connection and goes to all nodes: none meets a limit."""

from lib import redis, redis_clients
from lib.base import check, equal
from lib.servers import program

DIRECT = True
NEEDS = ["redis-server", "redis-cli"]
TIMEOUT = 120
COUNT = 1000


def run(t):
    cluster = redis.Cluster(t, replicas=0)
    redis.resource(t, cluster.nodes[0])
    t.up()
    seed = t.at("redis")
    first = None
    for number in range(COUNT):
        ranges = redis.ask(seed, "CLUSTER", "SLOTS")
        nodes = [(r[2][0], r[2][1]) for r in ranges]
        first = first or nodes
        equal(nodes, first, f"the nodes at run {number}")
        equal(redis.ask(nodes[number % 3], "PING"), "PONG", "a node")
    cli = [program("redis-cli"), "-c", "-h", seed[0], "-p", str(seed[1])]
    for number in range(20):
        equal(redis_clients.run([*cli, "SET", f"k{number}", "v"]), "OK\n",
              "redis-cli")
    if not t.direct:
        check("limit reached" not in t.gw.log(), "a limit was reached")
