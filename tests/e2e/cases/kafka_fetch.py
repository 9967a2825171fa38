# SPDX-License-Identifier: BSD-2-Clause
"""A consumer gets 50 MB in one reply to a Fetch, through the plugin and with
each message as it was sent; also where another aditd takes over when half of
it has come."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

from lib import kafka
from lib.base import Failure, check, equal, wait_for
from lib.kafka_clients import HERE, Client

DIRECT = True
TIMEOUT = 240
VARIANTS = "alone", "upgrade"
# The mock answers with one message of each partition, of which it keeps 5 MB.
PARTITIONS, COUNT, SIZE = 14, 1, 4_000_000
LONG = 50_000_000
TIMES = 6       # now and then the client asks for some of the partitions first


class Consumer:
    """One that consumes all messages again and again, see kafka_fetch.py."""

    def __init__(self, t):
        self.log = t.path("consumer.log")
        client = Client("confluent")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [*client.command[:-1], f"{HERE}/kafka_fetch.py", kafka.at(t),
                 kafka.TOPIC, *map(str, (PARTITIONS, COUNT, SIZE))],
                text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, env=client.env)

    def whole(self):
        """Consumes once: how many messages came whole."""
        print(file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            with open(self.log) as log:
                raise Failure(f"kafka_fetch.py: {log.read()[-1000:]}")
        return json.loads(line)["whole"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def upgrade(t, cluster, done):
    """Another aditd, in the middle of a long reply, if there is one."""
    def halved():
        return cluster.told()["halves"]["1"]

    wait_for(lambda: halved() or done.done(), "half of a reply", 100)
    if halved() and not t.direct:
        t.gw.ctl("upgrade")
    cluster.told("go")


def fetch(t, cluster, consumer, variant):
    """Consumes once.  True: in one long reply, of which half had come."""
    with ThreadPoolExecutor() as pool:
        if variant == "upgrade":
            cluster.told(f"halt {LONG}")
        done = pool.submit(consumer.whole)
        if variant == "upgrade":
            upgrade(t, cluster, done)
        equal(done.result(), PARTITIONS * COUNT, "messages")
    told = cluster.told()
    return told["longest"] > LONG if variant == "alone" else (
        told["halves"]["1"])


def run(t, variant):
    cluster = kafka.serve(t, 1, partitions=PARTITIONS, front={})
    consumer = Consumer(t)
    check(any(fetch(t, cluster, consumer, variant) for _ in range(TIMES)),
          f"no reply of {LONG} bytes in {TIMES} times")
    consumer.close()
    kafka.audited(t, cluster)
