# SPDX-License-Identifier: BSD-2-Clause
"""A cluster of forty nodes: all of them are reached through the seed's port."""

from lib import redis
from lib.base import equal

DIRECT = True
NEEDS = ["redis-server"]
TIMEOUT = 120
COUNT = 40


def run(t):
    cluster = redis.Cluster(t, masters=COUNT, replicas=0)
    redis.resource(t, cluster.nodes[0])
    t.up()
    talk = redis.Talk(t.at("redis"))
    lines = talk.ask("CLUSTER", "NODES").splitlines()
    nodes = {line.split()[0]: line.split()[1].partition("@")[0].rsplit(":", 1)
             for line in lines}
    equal(len({tuple(at) for at in nodes.values()}), COUNT, "addresses")
    for name, (host, port) in nodes.items():
        equal(redis.ask((host, int(port)), "CLUSTER", "MYID"), name, host)
    ranges = talk.ask("CLUSTER", "SLOTS")
    equal({r[2][2]: [r[2][0], str(r[2][1])] for r in ranges}, nodes, "SLOTS")
