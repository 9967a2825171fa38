# SPDX-License-Identifier: BSD-2-Clause
"""python3-kafka; see kafka_clients.py."""

import json
import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer


def produce(conf, topic, count, over):
    producer = KafkaProducer(**conf, linger_ms=5)
    sent = [producer.send(topic, str(n).encode(), partition=n % over)
            for n in range(count)]
    producer.flush(30)
    return {"sent": sum(record.succeeded() for record in sent)}


def consume(conf, topic, count, group):
    consumer = KafkaConsumer(
        topic, **conf, group_id=group,
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


def brokers(conf):
    found = KafkaAdminClient(**conf).describe_cluster()
    return {"brokers": [f"{b['host']}:{b['port']}" for b in found["brokers"]]}


def main(at, do, sasl=None, **task):
    conf = {"bootstrap_servers": at}
    if sasl:
        conf |= {"security_protocol": "SASL_PLAINTEXT",
                 **dict(zip(("sasl_mechanism", "sasl_plain_username",
                             "sasl_plain_password"), sasl))}
    print(json.dumps({"list": brokers, "produce": produce,
                      "consume": consume}[do](conf, **task)))


main(**json.loads(sys.argv[1]))
