# SPDX-License-Identifier: BSD-2-Clause
"""This client with this many brokers: it lists them, the same ones each time,
produces to all and consumes in a group; only the first one's port is
configured."""

from lib import kafka, kafka_clients
from lib.base import equal

DIRECT = True
COUNT = 200
CELLS = {f"{name}-{brokers}": (name, brokers)
         for name in kafka_clients.NAMES for brokers in (1, 3, 7)}
VARIANTS = list(CELLS)
THIN = ["confluent-3", "python-3", "kafkajs-3", "platformatic-3"]


def run(t, variant):
    name, brokers = CELLS[variant]
    client = kafka_clients.Client(name)
    front = kafka_clients.FRONTS.get(name)
    cluster = kafka.serve(t, brokers, front=front, newer=bool(front))
    at = kafka.at(t)
    found = client.brokers(at)
    equal(len(found), brokers, "brokers")
    equal(client.brokers(at), found, "the brokers of a second run")
    equal(client.produce(at, kafka.TOPIC, COUNT), COUNT, "produced")
    equal(client.consume(at, kafka.TOPIC, COUNT, "g1"),
          COUNT * (COUNT - 1) // 2, "the sum of what was consumed")
    kafka.audited(t, cluster)
