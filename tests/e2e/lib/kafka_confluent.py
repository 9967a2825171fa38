# SPDX-License-Identifier: BSD-2-Clause
"""python3-confluent-kafka; see kafka_clients.py."""

import json
import sys

from confluent_kafka import Consumer, Producer


def produce(conf, topic, count, over):
    sent = []
    producer = Producer(conf)
    for n in range(count):
        producer.produce(topic, str(n), partition=n % over,
                         callback=lambda error, _: sent.append(not error))
    producer.flush(30)
    return {"sent": sum(sent)}


def consume(conf, topic, count, group):
    consumer = Consumer({**conf, "group.id": group,
                         "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    total = 0
    while count:
        message = consumer.poll(30)
        if not message:
            sys.exit(f"{count} messages are missing")
        if not message.error():
            total += int(message.value())
            count -= 1
    consumer.close()
    return {"sum": total}


def brokers(conf):
    found = Producer(conf).list_topics(timeout=30).brokers.values()
    return {"brokers": [f"{b.host}:{b.port}" for b in found]}


def main(at, do, sasl=None, **task):
    conf = {"bootstrap.servers": at}
    if sasl:
        conf |= {"security.protocol": "sasl_plaintext",
                 **dict(zip(("sasl.mechanism", "sasl.username",
                             "sasl.password"), sasl))}
    print(json.dumps({"list": brokers, "produce": produce,
                      "consume": consume}[do](conf, **task)))


main(**json.loads(sys.argv[1]))
