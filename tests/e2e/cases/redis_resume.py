# SPDX-License-Identifier: BSD-2-Clause
"""Clients go on without an error while the link is cut, and while another aditd
takes over; nodes keep their addresses."""

from lib import link, redis, redis_clients
from lib.base import equal

TIMEOUT = 120
NEEDS = ["redis-server"]
VARIANTS = "cut", "upgrade"


def run(t, variant):
    way = link.Link(t)
    cluster = redis.Cluster(t)
    redis.resource(t, cluster.nodes[0])
    t.up()
    seed = t.at("redis")
    talk = redis.Talk(seed)
    nodes = talk.ask("CLUSTER", "SLOTS")
    loads = [redis_clients.Load(t, name, seed)
             for name in ("ioredis", "redis-py")]
    for _ in range(3):
        for load in loads:
            load.goes_on()
        if variant == "cut":
            way.cut()
        else:
            t.gw.ctl("upgrade")
    for load in loads:
        load.goes_on()
    equal(talk.ask("CLUSTER", "SLOTS"), nodes, "the nodes afterwards")
    for load in loads:
        equal(load.stop()["errors"], {}, f"errors of {load.name}")
