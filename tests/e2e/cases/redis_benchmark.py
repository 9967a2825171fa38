# SPDX-License-Identifier: BSD-2-Clause
"""redis-benchmark with 300 connections to the nodes of a cluster at once."""

from lib import redis, redis_clients
from lib.base import check
from lib.servers import program

DIRECT = True
NEEDS = ["redis-server", "redis-benchmark"]
TIMEOUT = 120


def run(t):
    cluster = redis.Cluster(t, replicas=0)
    redis.resource(t, cluster.nodes[0])
    t.up()
    host, port = t.at("redis")
    text = redis_clients.run(
        [program("redis-benchmark"), "--cluster", "-h", host, "-p", str(port),
         "-c", "300", "-n", "9000", "-t", "set,get", "-P", "4", "--csv"])
    check('"SET"' in text and '"GET"' in text, text)
    for node in cluster.nodes:
        total = dict(line.split(":", 1) for line in node.ask(
            "INFO", "stats").splitlines() if ":" in line)
        check(int(total["total_connections_received"]) >= 100,
              f"connections to {node.host}: {total}")
