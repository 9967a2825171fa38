# SPDX-License-Identifier: BSD-2-Clause
"""A client that knows one Sentinel finds the master, and after a failover the
new one."""

from lib import redis, redis_clients
from lib.base import Failure, check, equal, pause, wait_for

DIRECT = True
NEEDS = ["redis-server", "redis-sentinel"]
VARIANTS = ["ioredis", "iovalkey", "redis", "raw"]
TIMEOUT = 120


def run(t, client):
    master = redis.server(t, 0)
    replica = redis.server(t, 1, 6379, f"replicaof {master.host} 6379",
                           f"replica-announce-ip {redis.node_ip(t, 1)}")
    watchers = redis.sentinels(t, master)
    redis.resource(t, watchers[0], "sentinel")
    t.up()
    seed = t.at("sentinel")
    if client == "raw":
        return follow_events(seed, master, replica, watchers)
    load = redis_clients.Load(t, client, seed, "sentinel")
    pause(0.3)
    master.kill()
    wait_for(lambda: is_master(replica.at), "the replica to take over", within=90)
    before = redis.writes(replica)
    wait_for(lambda: redis.writes(replica) > before + 50,
             f"{client} to write to the new master", within=30)
    told = load.stop(lost=2)
    check(told["right"] > 50, f"{client}: {told}")


def is_master(at):
    """A server that Sentinel makes the master ends its clients' connections."""
    try:
        return redis.ask(at, "ROLE")[0] == "master"
    except (ConnectionError, Failure):
        return False


def follow_events(seed, master, replica, watchers):
    """All that Sentinel says of nodes leads there."""
    talk, events = redis.Talk(seed), redis.Talk(seed)
    first = at_of(talk.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"))
    equal(redis.ask(first, "ROLE")[0], "master", "the master")
    found = flat(talk.ask("SENTINEL", "REPLICAS", "mymaster")[0])
    second = found["ip"], int(found["port"])
    equal(found["name"], f"{second[0]}:{second[1]}", "a replica's name")
    equal((found["master-host"], int(found["master-port"])), first, "over it")
    equal(redis.ask(second, "ROLE")[0], "slave", "the replica")
    for other in talk.ask("SENTINEL", "SENTINELS", "mymaster"):
        other = flat(other)
        equal(redis.ask((other["ip"], int(other["port"])), "SENTINEL", "MYID"),
              other["runid"], "another Sentinel")
    equal(events.ask("SUBSCRIBE", "+switch-master")[0], "subscribe", "events")
    master.kill()
    kind, _, text = events.read()
    equal(text, f"mymaster {first[0]} {first[1]} {second[0]} {second[1]}",
          f"the {kind}")
    wait_for(lambda: is_master(second), "the new master")


def at_of(pair):
    return pair[0], int(pair[1])


def flat(fields):
    return dict(zip(fields[::2], fields[1::2]))
