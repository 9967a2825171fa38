# SPDX-License-Identifier: BSD-2-Clause
"""A cluster of forty brokers, each the leader of a partition: a client lists
them, the same ones each time, and produces to and consumes from all; only the
first one's port is configured."""

from lib import kafka
from lib.base import equal
from lib.kafka_clients import Client

DIRECT = True
BROKERS = 40


def run(t):
    client = Client("confluent")
    cluster = kafka.serve(t, BROKERS, partitions=BROKERS)
    at = kafka.at(t)
    found = client.brokers(at)
    equal(len({*found}), BROKERS, "brokers")
    equal(client.produce(at, kafka.TOPIC, 5 * BROKERS, over=BROKERS),
          5 * BROKERS, "produced")
    equal(client.consume(at, kafka.TOPIC, 5 * BROKERS, "g1"),
          5 * BROKERS * (5 * BROKERS - 1) // 2,
          "the sum of what was consumed")
    equal(client.brokers(at), found, "the brokers of a second run")
    kafka.audited(t, cluster, BROKERS)
