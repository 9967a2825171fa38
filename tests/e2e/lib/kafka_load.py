# SPDX-License-Identifier: BSD-2-Clause
"""A producer and a consumer group of python3-confluent-kafka that go on until
standard input ends; see kafka_clients.Load.

It prints `ready` with the first message that has come back and, at the end,
one line of JSON: how many were sent, which numbers came back and how often,
and the errors that either of the two has heard of."""

import collections
import json
import select
import sys
import time

from confluent_kafka import Consumer, Producer

PARTITIONS = 4
REST = 8                # seconds that the last messages may take


class Load:
    def __init__(self, at, topic):
        self.topic, self.sent = topic, 0
        self.got, self.errors = collections.Counter(), collections.Counter()
        conf = {"bootstrap.servers": at, "error_cb": self.failed}
        self.producer = Producer({**conf, "linger.ms": 0})
        self.consumer = Consumer({
            **conf, "group.id": "load", "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 50})
        self.consumer.subscribe([topic])

    def failed(self, error):
        self.errors[str(error)] += 1

    def send(self):
        self.producer.produce(
            self.topic, str(self.sent), partition=self.sent % PARTITIONS,
            callback=lambda error, _: error and self.failed(error))
        self.sent += 1
        self.producer.poll(0)

    def take(self, within):
        message = self.consumer.poll(within)
        if message and message.error():
            self.failed(message.error())
        elif message:
            self.got[int(message.value())] += 1

    def run(self):
        ready = False
        while not select.select([sys.stdin], [], [], 0)[0]:
            self.send()
            self.take(0.005)
            if self.got and not ready:
                ready = True
                print("ready", flush=True)
        self.producer.flush(REST)
        end = time.monotonic() + REST
        while len(self.got) < self.sent and time.monotonic() < end:
            self.take(0.1)
        self.consumer.close()
        return {"sent": self.sent, "errors": self.errors,
                "lost": [n for n in range(self.sent) if n not in self.got],
                "twice": [n for n, times in self.got.items() if times > 1]}


print(json.dumps(Load(*sys.argv[1:]).run()))
