# SPDX-License-Identifier: BSD-2-Clause
"""A producer goes on while the leaders of all partitions change: each message
arrives once at least, and every broker is reached through the gateway."""

import subprocess

from lib import kafka
from lib.base import check, equal
from lib.kafka_clients import kcat
from lib.servers import program

DIRECT = True
NEEDS = ["kcat"]
COUNT = 30


def run(t):
    cluster = kafka.serve(t)
    at = kafka.at(t)
    producer = subprocess.Popen(
        [program("kcat"), "-b", at, "-P", "-t", kafka.TOPIC, "-X",
         "linger.ms=0", "-X", "queue.buffering.max.ms=0"],
        stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for n in range(COUNT):
        print(n, file=producer.stdin, flush=True)
        if n % 10 == 9:
            cluster.leaders(*((n // 10 + k) % 3 + 1
                              for k in range(kafka.PARTITIONS)))
    producer.stdin.close()
    equal(producer.wait(20), 0, "the producer's exit status")
    got = {int(word) for word in
           kcat(at, "-C", "-t", kafka.TOPIC, "-e", "-q").split()}
    check(got == set(range(COUNT)), f"messages: {sorted(got)}")
    kafka.audited(t, cluster)
