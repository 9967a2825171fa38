# SPDX-License-Identifier: BSD-2-Clause
"""kcat lists the brokers of a cluster, produces to all of them and consumes,
with only the first one's port configured."""

import re

from lib import kafka
from lib.base import check, equal
from lib.kafka_clients import kcat

DIRECT = True
NEEDS = ["kcat"]


def run(t):
    cluster = kafka.serve(t)
    at = kafka.at(t)
    found = re.findall(r"broker (\d) at (\S+)", kcat(at, "-L"))
    equal(len(found), 3, "brokers")
    check(at in [place for _, place in found], f"{at} is not in {found}")
    equal(re.findall(r"broker (\d) at (\S+)", kcat(at, "-L")), found,
          "the brokers of a second connection")
    words = "".join(f"{n}\n" for n in range(100))
    for partition in range(kafka.PARTITIONS):
        kcat(at, "-P", "-t", kafka.TOPIC, "-p", str(partition), input=words)
    got = kcat(at, "-C", "-t", kafka.TOPIC, "-e", "-q")
    equal(sorted(got.split()), sorted(words.split() * kafka.PARTITIONS),
          "messages")
    kafka.audited(t, cluster)
