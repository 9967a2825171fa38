# SPDX-License-Identifier: BSD-2-Clause
"""A master dies under load: clients find its replica, which has taken over,
and go on."""

from lib import redis, redis_clients
from lib.base import wait_for

DIRECT = True
NEEDS = ["redis-server"]
VARIANTS = redis_clients.NODE
TIMEOUT = 120


def run(t, client):
    cluster = redis.Cluster(t)
    redis.resource(t, cluster.nodes[1])
    t.up()
    load = redis_clients.Load(t, client, t.at("redis"))
    load.goes_on()
    cluster.nodes[0].kill()
    heir = cluster.nodes[3]
    wait_for(lambda: heir.ask("ROLE")[0] == "master",
             "the replica to take over", within=90)
    before = redis.writes(heir)
    wait_for(lambda: redis.writes(heir) > before + 50,
             "the client to write to the new master", within=90)
    load.goes_on(100)
    load.stop(lost=2)
