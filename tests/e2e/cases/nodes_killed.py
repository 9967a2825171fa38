# SPDX-License-Identifier: BSD-2-Clause
"""The worker, or all of aditd, is killed under clients of a cluster:
they get errors, and go on by themselves when it is back, at the same addresses
of the nodes; nothing is left of what was before."""

import signal

from lib import kafka, redis, redis_clients
from lib.base import Failure, check, equal, kill, running, wait_for
from lib.kafka_clients import Client

TIMEOUT = 150
NEEDS = ["redis-server"]
VARIANTS = [f"{what}-{who}" for what in ("redis", "kafka")
            for who in ("worker", "aditd")]
THIN = ["redis-worker", "kafka-aditd"]
COUNT = 50


def is_back(t, pid):
    try:
        return t.gw.worker() != pid
    except Failure:     # there is none yet
        return False


def killed(t, who):
    """Kills it, and has it back."""
    if who == "worker":
        pid = t.gw.worker()
        kill(pid, signal.SIGKILL)
        wait_for(lambda: not running(pid) and is_back(t, pid),
                 "another worker", within=30)
    else:
        t.gw.stop(signal.SIGKILL)
        t.ag.wait_state("reconnecting", 30)
        t.gw.start()
    t.ag.wait_state("connected", 60)


def places(seed):
    """Where each node is.  Which of them are masters may change under load."""
    return {node[2]: node[:2] for _, _, *found in
            redis.ask(seed, "CLUSTER", "SLOTS") for node in found}


def by_redis(t, who):
    cluster = redis.Cluster(t)
    redis.resource(t, cluster.nodes[0])
    t.up()
    seed = t.at("redis")
    nodes = places(seed)
    load = redis_clients.Load(t, "ioredis", seed)
    killed(t, who)
    equal(t.at("redis"), seed, "where the resource is")
    equal(places(seed), nodes, "the nodes afterwards")
    before = redis.writes(cluster.nodes[0])
    wait_for(lambda: redis.writes(cluster.nodes[0]) > before + 20,
             "the client to go on", within=40)
    told = load.stop(lost=10)
    check(told["right"] > 20, f"the client: {told}")


def by_kafka(t, who):
    client = Client("confluent")
    cluster = kafka.serve(t)
    at = kafka.at(t)
    brokers = client.brokers(at)
    equal(client.produce(at, kafka.TOPIC, COUNT), COUNT, "produced before")
    killed(t, who)
    equal(kafka.at(t), at, "where the resource is")
    equal(client.brokers(at), brokers, "the brokers afterwards")
    equal(client.produce(at, kafka.TOPIC, COUNT), COUNT, "produced after")
    equal(client.consume(at, kafka.TOPIC, 2 * COUNT, "g1"),
          COUNT * (COUNT - 1), "the sum of what was consumed")
    kafka.audited(t, cluster)


def run(t, variant):
    t.may_die = True
    what, _, who = variant.partition("-")
    (by_redis if what == "redis" else by_kafka)(t, who)
    wait_for(lambda: len(t.gw.json("sessions")["sessions"]) == 1,
             "one session", within=30)
    wait_for(lambda: not t.gw.json("channels")["channels"],
             "no channel that is left", within=30)
