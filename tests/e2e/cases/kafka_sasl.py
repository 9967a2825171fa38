# SPDX-License-Identifier: BSD-2-Clause
"""Clients log in to each broker by SASL, list the brokers, produce to all and
consume in a group; only the first one's port is configured.  A wrong password
is the broker's to refuse."""

from lib import kafka, kafka_clients
from lib.base import Failure, check, equal
from lib.kafka_clients import Client

DIRECT = True
COUNT = 60
LOGIN = {"user": "alice", "password": "in wonderland"}
# python3-kafka asks for version 0 of the handshake, after which tokens come
# without a head; with "refused" the password is wrong.
CELLS = {f"{name}-{mechanism}": (name, mechanism, version)
         for name, mechanism, version in (
             ("confluent", "PLAIN", 1), ("confluent", "SCRAM-SHA-256", 1),
             ("kafkajs", "PLAIN", 1), ("kafkajs", "SCRAM-SHA-256", 1),
             ("python", "PLAIN", 0), ("python", "SCRAM-SHA-256", 0),
             ("platformatic", "PLAIN", 1), ("platformatic", "SCRAM-SHA-256", 1),
             ("confluentjs", "PLAIN", 1), ("confluentjs", "SCRAM-SHA-256", 1))}
VARIANTS = [*CELLS, "refused"]
THIN = ["confluent-SCRAM-SHA-256", "kafkajs-PLAIN", "python-PLAIN",
        "platformatic-SCRAM-SHA-256", "refused"]


def refused(t):
    client = Client("kafkajs", ["PLAIN", LOGIN["user"], "wrong"])
    cluster = kafka.serve(t, front={"sasl": LOGIN})
    try:
        client.brokers(kafka.at(t))
    except Failure as why:
        check("SASL" in str(why), f"the client does not know why: {why}")
    else:
        raise Failure("it is let in with a wrong password")
    told = cluster.told()
    check(told["refused"] and not told["logins"], f"the brokers saw {told}")


def run(t, variant):
    if variant == "refused":
        refused(t)
        return
    name, mechanism, version = CELLS[variant]
    client = Client(name, [mechanism, *LOGIN.values()])
    more = kafka_clients.FRONTS.get(name, {})
    cluster = kafka.serve(t, front={"sasl": LOGIN, **more}, newer=bool(more))
    at = kafka.at(t)
    found = client.brokers(at)
    equal(len(found), 3, "brokers")
    equal(client.brokers(at), found, "the brokers of a second run")
    equal(client.produce(at, kafka.TOPIC, COUNT), COUNT, "produced")
    equal(client.consume(at, kafka.TOPIC, COUNT, "g1"),
          COUNT * (COUNT - 1) // 2, "the sum of what was consumed")
    told = cluster.told()
    equal({*told["logins"]}, {f"{mechanism} v{version}"}, "logins")
    equal(told["refused"], 0, "logins that were refused")
    kafka.audited(t, cluster)
