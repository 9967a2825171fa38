# SPDX-License-Identifier: BSD-2-Clause
"""The mock cluster of librdkafka, in a process of its own:

    python3 kafka_mock.py LIBRARY BROKERS TOPIC:PARTITIONS...

prints host:port of each broker, and then `ok` for each of these lines:

    leader TOPIC PARTITION BROKER
    down BROKER
    up BROKER
"""

import ctypes
import sys

ERROR = 512


def library(path):
    lib = ctypes.CDLL(path)
    for name in ("rd_kafka_new", "rd_kafka_conf_new",
                 "rd_kafka_mock_cluster_new"):
        getattr(lib, name).restype = ctypes.c_void_p
    lib.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return lib


class Cluster:
    def __init__(self, path, brokers):
        self.lib = library(path)
        self.why = ctypes.create_string_buffer(ERROR)
        conf = ctypes.c_void_p(self.lib.rd_kafka_conf_new())
        self.handle = ctypes.c_void_p(self.lib.rd_kafka_new(
            0, conf, self.why, ctypes.c_size_t(ERROR)))
        self.cluster = ctypes.c_void_p(
            self.lib.rd_kafka_mock_cluster_new(self.handle, brokers))

    def call(self, name, *args):
        error = getattr(self.lib, f"rd_kafka_mock_{name}")(
            self.cluster, *args)
        if error:
            sys.exit(f"{name}: error {error}")

    def addresses(self):
        return self.lib.rd_kafka_mock_cluster_bootstraps(self.cluster).decode()

    def topic(self, name, partitions):
        self.call("topic_create", name.encode(), partitions, 1)

    def do(self, word, *args):
        if word == "leader":
            self.call("partition_set_leader", args[0].encode(), int(args[1]),
                      int(args[2]))
        else:
            self.call(f"broker_set_{word}", int(args[0]))


def main(path, brokers, *topics):
    cluster = Cluster(path, int(brokers))
    for topic in topics:
        name, _, partitions = topic.partition(":")
        cluster.topic(name, int(partitions))
    print(cluster.addresses(), flush=True)
    for line in sys.stdin:
        cluster.do(*line.split())
        print("ok", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
