# SPDX-License-Identifier: BSD-2-Clause
"""python3-confluent-kafka fills PARTITIONS partitions with COUNT messages of
SIZE bytes each, and for each line of its standard input consumes them, in
replies as long as the broker makes them:

    python3 kafka_fetch.py AT TOPIC PARTITIONS COUNT SIZE

It prints one line of JSON each time: how many messages came back whole."""

import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

MOST = 100_000_000


def payload(n, size):
    return n.to_bytes(4, "big") * (size // 4)


def fill(at, topic, partitions, count, size):
    producer = Producer({"bootstrap.servers": at,
                         "message.max.bytes": 2 * size, "acks": "all"})
    for n in range(partitions * count):
        producer.produce(topic, payload(n, size), partition=n % partitions)
        producer.poll(0)
    if producer.flush(100):
        sys.exit("messages were not acknowledged")


def consume(at, topic, partitions, count, size):
    consumer = Consumer({
        "bootstrap.servers": at, "group.id": "fetch",
        "fetch.message.max.bytes": MOST, "fetch.max.bytes": MOST,
        "receive.message.max.bytes": MOST + 512})
    consumer.assign([TopicPartition(topic, n, OFFSET_BEGINNING)
                     for n in range(partitions)])
    whole = set()
    while len(whole) < partitions * count:
        message = consumer.poll(60)
        if not message:
            sys.exit(f"only {len(whole)} messages have come")
        value = message.value()
        n = int.from_bytes(value[:4], "big")
        if message.error() or value != payload(n, size):
            sys.exit(f"a message is not what was sent: {message.error()}")
        whole.add(n)
    consumer.close()
    return len(whole)


def main(at, topic, *numbers):
    numbers = [int(n) for n in numbers]
    fill(at, topic, *numbers)
    for _ in sys.stdin:
        print(json.dumps({"whole": consume(at, topic, *numbers)}), flush=True)


main(*sys.argv[1:])
