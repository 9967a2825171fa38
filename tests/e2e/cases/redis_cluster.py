# SPDX-License-Identifier: BSD-2-Clause
"""A client that knows one node of a cluster is led to all of them: whatever
command it asks, on whatever connection, a node has one address, and that node
answers there."""

from lib import redis
from lib.base import check, equal

DIRECT = True
VARIANTS = "redis", "valkey"


def run(t, kind):
    cluster = redis.Cluster(t, kind=f"{kind}-server")
    redis.resource(t, cluster.nodes[0])
    t.up()
    seed = t.at("redis")
    nodes = of_slots(redis.ask(seed, "CLUSTER", "SLOTS"))
    equal(len(nodes), 6, "nodes of CLUSTER SLOTS")
    equal(len(set(nodes.values())), 6, "their addresses")
    equal(nodes[cluster.nodes[0].id], seed, "the seed's own address")
    equal(of_slots(redis.ask(nodes[cluster.nodes[1].id], "CLUSTER", "SLOTS")),
          nodes, "the nodes, the seed among them, at another node")
    for name, at in nodes.items():
        talk = redis.Talk(at)
        equal(talk.ask("CLUSTER", "MYID"), name, f"who is at {at}")
        for resp in 2, 3:
            talk.ask("HELLO", resp)
            for told in (of_slots(talk.ask("CLUSTER", "SLOTS")),
                         of_shards(talk.ask("CLUSTER", "SHARDS")),
                         of_nodes(talk.ask("CLUSTER", "NODES"))):
                equal(told, nodes, f"the nodes, as {at} says")
        check_roles(talk, nodes)
        check_moved(talk, nodes, cluster)
        talk.close()


def of_slots(ranges):
    return {node[2]: (node[0], node[1])
            for _, _, *found in ranges for node in found}


def pairs(found):
    if isinstance(found, list) and found and not isinstance(found[0], tuple):
        found = list(zip(found[::2], found[1::2]))
    return dict(found)


def of_shards(shards):
    nodes = [pairs(n) for s in shards for n in pairs(s)["nodes"]]
    for node in nodes:
        equal(node["ip"], node["endpoint"], "ip and endpoint")
    return {n["id"]: (n["endpoint"], n["port"]) for n in nodes}


def of_nodes(text):
    text = text.removeprefix("txt:")
    found = {}
    for line in text.splitlines():
        name, at, *_ = line.split()
        host, port = at.partition("@")[0].rsplit(":", 1)
        found[name] = host, int(port)
    return found


def check_roles(talk, nodes):
    """What ROLE and INFO say are addresses of nodes, too."""
    role = talk.ask("ROLE")
    others = ([(role[1], role[2])] if role[0] == "slave" else
              [(host, int(port)) for host, port, _ in role[2]])
    info = dict(line.split(":", 1) for line in
                talk.ask("INFO", "replication").splitlines() if ":" in line)
    if role[0] == "slave":
        told = info["master_host"], int(info["master_port"])
    else:
        told = dict(p.split("=") for p in info["slave0"].split(","))
        told = told["ip"], int(told["port"])
    check(told in others and set(others) <= set(nodes.values()),
          f"ROLE has {others}, INFO {told}, the cluster {nodes}")


def check_moved(talk, nodes, cluster):
    for slot, key in (12182, "foo"), (5061, "bar"), (866, "hello"):
        talk.send(["GET", key])
        reply = talk.read()
        owner = nodes[redis.slot_owner(cluster, slot).id]
        if isinstance(reply, redis.Error):
            equal(str(reply), f"MOVED {slot} {owner[0]}:{owner[1]}", "MOVED")
