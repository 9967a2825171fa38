# SPDX-License-Identifier: BSD-2-Clause
"""The agent is killed under a client of a cluster.  The next agent shows the
nodes at the same addresses, and the client goes on.  The session of before
loses its connections after resume_grace, and ends when it has been idle; where
the gateway may have one session only, the new login takes its place at once."""

from lib import redis, redis_clients
from lib.base import check, equal, kill, running, wait_for

TIMEOUT = 150
NEEDS = ["redis-server"]
SETTINGS = {"idle": {"keep_alive": "no", "idle_timeout": "3s",
                     "resume_grace": "2s"},
            "full": {"sessions": "1"}}
VARIANTS = list(SETTINGS)
THIN = ["full"]


def places(seed):
    return {node[2]: node[:2] for _, _, *found in
            redis.ask(seed, "CLUSTER", "SLOTS") for node in found}


def sessions(t):
    return {s["session"]: s["channels"]
            for s in t.gw.json("sessions")["sessions"]}


def run(t, variant):
    cluster = redis.Cluster(t)
    redis.resource(t, cluster.nodes[0])
    t.gw.set(**SETTINGS[variant])
    t.up()
    seed = t.at("redis")
    nodes = places(seed)
    load = redis_clients.Load(t, "ioredis", seed)
    load.goes_on()
    (old,) = sessions(t)
    pid = t.ag.pid()
    kill(pid)
    wait_for(lambda: not running(pid), "the agent to be gone")
    t.ag.up()
    equal(t.at("redis"), seed, "where the resource is")
    equal(places(seed), nodes, "the nodes afterwards")
    if variant == "idle":
        wait_for(lambda: not sessions(t).get(old),
                 "the connections of before to end after resume_grace")
        wait_for(lambda: old not in sessions(t), "the old session to end", 30)
    equal(len(sessions(t)), 1, "sessions")
    check(old not in sessions(t), "the old session is there")
    load.goes_on()
    load.stop()
