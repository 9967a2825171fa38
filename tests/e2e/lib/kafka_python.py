# SPDX-License-Identifier: BSD-2-Clause
"""python3-kafka; see kafka_clients.py."""

import json
import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer


def produce(at, topic, count):
    producer = KafkaProducer(bootstrap_servers=at, linger_ms=5)
    sent = [producer.send(topic, str(n).encode(), partition=n % 4)
            for n in range(count)]
    producer.flush(30)
    return {"sent": sum(record.succeeded() for record in sent)}


def consume(at, topic, count, group):
    consumer = KafkaConsumer(
        topic, bootstrap_servers=at, group_id=group,
        auto_offset_reset="earliest", consumer_timeout_ms=30000)
    total = 0
    for message in consumer:
        total += int(message.value)
        count -= 1
        if not count:
            break
    if count:
        sys.exit(f"{count} messages are missing")
    consumer.close()
    return {"sum": total}


def brokers(at):
    found = KafkaAdminClient(bootstrap_servers=at).describe_cluster()
    return {"brokers": [f"{b['host']}:{b['port']}" for b in found["brokers"]]}


def main(at, do, **task):
    print(json.dumps({"list": brokers, "produce": produce,
                      "consume": consume}[do](at, **task)))


main(**json.loads(sys.argv[1]))
