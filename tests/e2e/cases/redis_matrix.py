# SPDX-License-Identifier: BSD-2-Clause
"""Every client that knows one node of a cluster reaches all of them, and what
it reads is what it wrote."""

from lib import redis, redis_clients
from lib.base import check, equal

DIRECT = True
VARIANTS = [*redis_clients.ALL, "iovalkey-valkey", "glide-valkey",
            "redis-py-valkey"]
MASTERS_ONLY = ["phpredis"]


def run(t, client):
    server = "valkey" if client.endswith("-valkey") else "redis"
    client = client.removesuffix("-valkey")
    cluster = redis.Cluster(t, kind=f"{server}-server")
    redis.resource(t, cluster.nodes[0])
    t.up()
    seed = t.at("redis")
    nodes = redis_clients.keys(client, seed)
    for text in nodes:
        host, port = text.rsplit(":", 1)
        redis.ask((host, int(port)), "PING")
        if not t.direct:
            equal(host, seed[0], f"{client}: where a node is")
    want = 3 if client in MASTERS_ONLY else 6
    check(client == "redis-cli" or len(nodes) == want,
          f"{client}: the nodes are {nodes}")
