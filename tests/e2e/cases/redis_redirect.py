# SPDX-License-Identifier: BSD-2-Clause
"""A replica of Valkey sends a client that can follow to its master."""

from lib import redis
from lib.base import equal, matches, wait_for

DIRECT = True


def run(t):
    master = redis.server(t, 0, kind="valkey-server")
    replica = redis.server(t, 1, 6379, f"replicaof {master.host} 6379",
                           kind="valkey-server")
    wait_for(lambda: "master_link_status:up" in replica.ask(
        "INFO", "replication"), "the replica to follow")
    redis.resource(t, replica)
    t.up()
    talk = redis.Talk(t.at("redis"))
    equal(talk.ask("CLIENT", "CAPA", "redirect"), "OK", "CLIENT CAPA")
    talk.send(["SET", "k", "v"])
    found = str(talk.read())
    matches("^REDIRECT ", found, "the error")
    host, port = found.split()[1].rsplit(":", 1)
    equal(redis.ask((host, int(port)), "SET", "k", "v"), "OK", "there")
    equal(master.ask("GET", "k"), "v", "at the master")
