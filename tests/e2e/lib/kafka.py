# SPDX-License-Identifier: BSD-2-Clause
"""A Kafka cluster, the mock of librdkafka, of which only the first broker has
a resource; and what its clients must find.

The brokers announce themselves as 127.0.0.1, so a client that is told such an
address reaches them past adit: audited() finds that out."""

import ctypes.util
import json
import os
import re
import subprocess
import sys

from . import kafka_clients
from .base import Skip, check, equal, wait_for

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


class Process:
    """A script beside this file that prints addresses, and then answers lines
    by lines."""

    def __init__(self, t, script, *args):
        self.log = open(t.path(f"{script}.log"), "w")
        self.process = subprocess.Popen(
            [sys.executable, f"{HERE}/{script}.py", *args],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            text=True)
        self.addresses = self.process.stdout.readline().strip().split(",")

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return self.process.stdout.readline()


class Cluster:
    """So many brokers in one process, with one topic; `front`: behind what
    kafka_front.py puts before each of them; `newer`: of a librdkafka that is
    newer than Debian's."""

    def __init__(self, t, brokers=3, partitions=PARTITIONS, front=None,
                 newer=False):
        library = (f"{kafka_clients.newer()}/librdkafka.so.1" if newer else
                   rdkafka())
        self.mock = Process(t, "kafka_mock", library, str(brokers),
                            f"{TOPIC}:{partitions}")
        addresses = self.mock.addresses
        if front is not None:
            self.front = Process(t, "kafka_front", json.dumps(front),
                                 *addresses)
            addresses = self.front.addresses
        self.brokers = [Broker(address) for address in addresses]
        self.host, self.port = self.brokers[0].host, self.brokers[0].port

    def do(self, *words):
        check(self.mock.ask(*words) == "ok\n",
              f"the cluster does not do {words}")

    def told(self, word="told"):
        """What the fronts have seen, see kafka_front.py, which has the other
        words."""
        return json.loads(self.front.ask(word))

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


def serve(t, brokers=3, partitions=PARTITIONS, front=None, newer=False,
          **keys):
    """A cluster whose first broker has a resource, and up.  As many brokers as
    there are partitions lead one at least."""
    cluster = Cluster(t, brokers, partitions, front, newer)
    cluster.leaders(*(n % brokers + 1 for n in range(partitions)))
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


def audited(t, cluster, partitions=PARTITIONS):
    """Every broker that leads a partition was reached through the gateway."""
    if t.direct:
        return
    wanted = {broker.port for broker in cluster.brokers[:partitions]}
    wait_for(lambda: wanted <= set(destinations(t)),
             f"channels to all of {wanted}")


def none_past(t, cluster):
    """Each connection to a front came through the gateway; they have ended."""
    if t.direct:
        return
    ports = {broker.port for broker in cluster.brokers}
    seen = cluster.told()["connections"]
    wait_for(lambda: len([port for port in destinations(t) if port in ports])
             >= seen, f"{seen} channels to {ports}")
    equal(cluster.told()["connections"], seen, "connections afterwards")
