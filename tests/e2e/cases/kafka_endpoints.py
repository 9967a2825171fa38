# SPDX-License-Identifier: BSD-2-Clause
"""A producer and a consumer whose brokers say who leads now (NodeEndpoints,
KIP-951) dial that one at once, and through the gateway: no connection goes past
it, and each message arrives once at least."""

from lib import kafka
from lib.base import check, equal, pause, wait_for
from lib.kafka_clients import Load, newer

DIRECT = True
LEADERS = 2, 3, 1


def run(t):
    cluster = kafka.serve(t, front={}, newer=True)
    load = Load(kafka.at(t), kafka.TOPIC, newer())
    for leader in LEADERS:
        before = cluster.told()
        cluster.leaders(*[leader] * kafka.PARTITIONS)
        wait_for(lambda: cluster.told()["endpoints"] > before["endpoints"],
                 "a reply that names the new leader")
        pause(0.3)
    told = load.stop()
    equal(told["lost"], [], "messages lost")
    check(told["sent"] > 50, f"messages sent: {told['sent']}")
    kafka.audited(t, cluster, len(cluster.brokers))
    kafka.none_past(t, cluster)
