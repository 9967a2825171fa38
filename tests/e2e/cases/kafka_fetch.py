# SPDX-License-Identifier: BSD-2-Clause
"""A consumer gets 50 MB in one reply to a Fetch, through the plugin and with
each message as it was sent."""

import json

from lib import kafka
from lib.base import check, equal
from lib.kafka_clients import HERE, Client, run as run_client

DIRECT = True
# The mock answers with one message of each partition, of which it keeps 5 MB.
PARTITIONS, COUNT, SIZE = 14, 1, 4_000_000


def run(t):
    python = Client("confluent").command[:-1]
    cluster = kafka.serve(t, 1, partitions=PARTITIONS, front={})
    told = run_client([*python, f"{HERE}/kafka_fetch.py", kafka.at(t),
                       kafka.TOPIC, *map(str, (PARTITIONS, COUNT, SIZE))])
    equal(json.loads(told)["whole"], PARTITIONS * COUNT, "messages")
    longest = cluster.told()["longest"]
    check(longest > 50_000_000, f"the longest reply has {longest} bytes")
    kafka.audited(t, cluster)
