# SPDX-License-Identifier: BSD-2-Clause
"""redis-cli --cluster checks a cluster and moves slots with their keys, while a
client goes on reading and writing."""

import subprocess

from lib import redis, redis_clients
from lib.base import check, equal, matches, wait_for
from lib.servers import program

DIRECT = True
NEEDS = ["redis-server", "redis-cli"]
TIMEOUT = 120
SLOTS = 300


def run(t):
    cluster = redis.Cluster(t)
    redis.resource(t, cluster.nodes[0])
    t.up()
    seed = t.at("redis")
    where = f"{seed[0]}:{seed[1]}"
    cli = [program("redis-cli"), "--cluster"]
    load = redis_clients.Load(t, "ioredis", seed)
    redis_clients.keys("redis-cli", seed)
    matches("All 16384 slots covered", redis_clients.run(
        [*cli, "check", where]), "check")
    keys = cluster.nodes[1].ask("DBSIZE")
    redis_clients.run([
        *cli, "reshard", where, "--cluster-from", cluster.nodes[1].id,
        "--cluster-to", cluster.nodes[2].id, "--cluster-slots", str(SLOTS),
        "--cluster-yes"])
    check(cluster.nodes[1].ask("DBSIZE") < keys + 200, "no key was moved")
    # The nodes tell each other.
    wait_for(lambda: subprocess.run([*cli, "check", where], stdout=-3,
                                    timeout=30).returncode == 0, "to agree")
    owned = {r[2][2]: 0 for r in redis.ask(seed, "CLUSTER", "SLOTS")}
    for low, high, node, *_ in redis.ask(seed, "CLUSTER", "SLOTS"):
        owned[node[2]] += high - low + 1
    equal(owned[cluster.nodes[2].id], 5462 + SLOTS, "slots of the third")
    redis_clients.keys("redis-cli", seed)
    told = load.stop()
    equal(told["errors"], {}, "errors of the client")
    check(told["right"] > 200, str(told))
