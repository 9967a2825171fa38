# SPDX-License-Identifier: BSD-2-Clause
"""A Kafka cluster, the mock of librdkafka, of which only the first broker has
a resource; and what its clients must find.

The brokers announce themselves as 127.0.0.1, so a client that is told such an
address reaches them past adit: audited() finds that out."""

import ctypes.util
import os
import re
import subprocess
import sys

from .base import Skip, check, die_with_parent, wait_for

HERE = os.path.dirname(os.path.realpath(__file__))
TOPIC = "t1"
PARTITIONS = 4


class Broker:
    def __init__(self, address):
        self.host, _, port = address.rpartition(":")
        self.port = int(port)


def rdkafka():
    """The file of librdkafka."""
    path = os.environ.get("ADIT_RDKAFKA") or ctypes.util.find_library(
        "rdkafka")
    if not path:
        raise Skip("no librdkafka here")
    return path


class Cluster:
    """So many brokers in one process, with one topic."""

    def __init__(self, t, brokers=3, partitions=PARTITIONS):
        self.log = open(t.path("kafka.log"), "w")
        self.process = subprocess.Popen(
            [sys.executable, f"{HERE}/kafka_mock.py", rdkafka(), str(brokers),
             f"{TOPIC}:{partitions}"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, text=True,
            preexec_fn=die_with_parent)
        self.brokers = [Broker(address) for address in
                        self.process.stdout.readline().strip().split(",")]
        self.host, self.port = self.brokers[0].host, self.brokers[0].port

    def do(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        check(self.process.stdout.readline() == "ok\n",
              f"the cluster does not do {words}")

    def leaders(self, *brokers):
        """Makes these the leaders of the partitions."""
        for partition, broker in enumerate(brokers):
            self.do("leader", TOPIC, partition, broker)


def plugin(t, **options):
    """Enables the plugin of this build in the gateway of the case."""
    t.plugin("kafka", **options)


def resource(t, server, name="kafka", **keys):
    if not t.direct:
        plugin(t)
    t.resource(name, server, plugin="kafka", **keys)


def serve(t, brokers=3, **keys):
    """A cluster whose first broker has a resource, and up.  Each broker leads
    a partition at least."""
    cluster = Cluster(t, brokers)
    cluster.leaders(*(n % brokers + 1 for n in range(PARTITIONS)))
    resource(t, cluster, **keys)
    t.up()
    return cluster


def at(t, name="kafka"):
    host, port = t.at(name)
    return f"{host}:{port}"


def destinations(t):
    """Ports to which the gateway has connected, from its audit lines."""
    return [int(port) for port in re.findall(
        r"evt=channel .* plugin=kafka .* destination=\S+:(\d+)", t.gw.log())]


def audited(t, cluster):
    """Every broker that leads a partition was reached through the gateway."""
    if t.direct:
        return
    wanted = {broker.port for broker in cluster.brokers[:PARTITIONS]}
    wait_for(lambda: wanted <= set(destinations(t)),
             f"channels to all of {wanted}")
