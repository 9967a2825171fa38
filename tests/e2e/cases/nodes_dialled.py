# SPDX-License-Identifier: BSD-2-Clause
"""Clients that dial the servers' own addresses, through SOCKS, `adit run` or
`intercept = nft`, in a network that nothing else leads to: only the first node
has a resource, and yet they reach all that it names.  Nothing is rewritten."""

import json

from lib import kafka, kafka_clients, redis, redis_clients
from lib.base import check, equal
from lib.nft import Caught

NET = True
NEEDS = ["redis-server", "redis-cli", "kcat"]
WAYS = "socks", "run", "nft"
# Of its connection, redis-py takes proxychains' end for the node's.
VARIANTS = [f"{what}-{way}" for what in ("redis", "cli", "kafka")
            for way in WAYS if (what, way) != ("redis", "socks")]
COUNT = 100


class Socks:
    """Programs that know no SOCKS get there by proxychains."""

    keys = {}

    def __init__(self, t):
        host, port = t.ag.socks()
        self.conf = t.path("proxychains.conf")
        with open(self.conf, "w") as f:
            f.write(f"strict_chain\n[ProxyList]\nsocks5 {host} {port}\n")
        self.t = t

    def ready(self):
        pass

    def run(self, *words):
        return 0, self.t.run(["proxychains4", "-q", "-f", self.conf, *words])


class Run:
    keys = {}

    def __init__(self, t):
        self.run = t.agent(uid=65534).run

    def ready(self):
        pass


def way_of(t, name):
    if name == "nft":
        nft = Caught(t, "root")
        nft.keys = {"intercept_address": "yes"}
        return nft
    return (Socks if name == "socks" else Run)(t)


def by_redis(t, way, client):
    with t.far:
        cluster = redis.Cluster(t, host=t.far.ip)
    redis.resource(t, cluster.nodes[0], redirect_allow=t.far.ip, **way.keys)
    t.up()
    way.ready()
    seed = cluster.nodes[0].at
    if client == "cli":
        with open(t.path("lines"), "w") as f:
            f.writelines(f"SET cli:{i} v{i}\nGET cli:{i}\n"
                         for i in range(COUNT))
        status, text = way.run(
            "sh", "-c", f"redis-cli -c -h {seed[0]} -p {seed[1]} "
            f"<{t.path('lines')} 2>&1")
        equal((status, text.count("\nv")), (0, COUNT), f"redis-cli: {text}")
        return cluster.nodes[:3]
    status, text = way.run(*redis_clients.words("redis-py", "keys", seed))
    equal(status, 0, f"redis-py: {text}")
    told = json.loads(text.splitlines()[-1])
    equal(told["right"], redis_clients.COUNT + 1, "keys that came back")
    equal(told["nodes"], sorted(f"{n.host}:{n.port}" for n in cluster.nodes),
          "the nodes, by their own addresses")
    return cluster.nodes


def by_kafka(t, way):
    with t.far:
        cluster = kafka.Cluster(t, front={"host": t.far.ip})
    cluster.leaders(1, 2, 3, 1)
    kafka.resource(t, cluster, **way.keys)
    t.up()
    way.ready()
    at = f"{cluster.host}:{cluster.port}"
    with open(t.path("lines"), "w") as f:
        f.writelines(f"{i}\n" for i in range(COUNT))
    for over in range(kafka.PARTITIONS):
        status, text = way.run("kcat", "-b", at, "-P", "-t", kafka.TOPIC, "-p",
                               str(over), "-l", t.path("lines"))
        equal(status, 0, f"kcat: {text}")
    status, text = way.run("kcat", "-b", at, "-C", "-q", "-t", kafka.TOPIC,
                           "-o", "beginning", "-e")
    equal((status, sorted(text.split())),
          (0, sorted(str(i) for i in range(COUNT)
                     for _ in range(kafka.PARTITIONS))), "what is consumed")
    status, text = way.run("kcat", "-b", at, "-L", "-J")
    found = {b["name"] for b in json.loads(text)["brokers"]}
    equal(found, {f"{b.host}:{b.port}" for b in cluster.brokers},
          "the brokers, by their own addresses")
    return cluster.brokers


def run(t, variant):
    what, _, name = variant.partition("-")
    way = way_of(t, name)
    nodes = by_kafka(t, way) if what == "kafka" else by_redis(t, way, what)
    used = kafka.destinations(t) if what == "kafka" else []
    log = t.gw.log()
    for node in nodes:
        check(node.port in used or f"destination={node.host}:{node.port}"
              in log, f"{node.host}:{node.port} was not reached by adit")
