# SPDX-License-Identifier: BSD-2-Clause
"""TLS of the client's own: with `tls = refuse` the connection ends and the log
says why; else it passes, with the brokers' own addresses, which a log line and
the audit line say."""

import re

from lib import kafka, pki
from lib.base import Failure, check, equal
from lib.kafka_clients import kcat

NEEDS = ["kcat", "openssl"]
VARIANTS = "pass", "refuse"
TLS = ["-X", "security.protocol=ssl", "-X",
       "enable.ssl.certificate.verification=false"]


def refused(t, at):
    try:
        kcat(at, "-L", "-m", "2", *TLS)
    except Failure as why:
        check("Failed to acquire metadata" in str(why), str(why))
    else:
        raise Failure("kcat has got a list of brokers")
    t.gw.wait_log(r"kafka: refused: the client uses TLS \(SSL or SASL_SSL\)")


def passed(t, at, cluster):
    found = re.findall(r"broker \d at \S+:(\d+)", kcat(at, "-L", *TLS))
    equal(sorted(map(int, found)),
          sorted(broker.port for broker in cluster.brokers),
          "the brokers' own ports")
    t.gw.wait_log(r"the client uses TLS \(SSL or SASL_SSL\), so the addresses "
                  r"of brokers cannot be read and are not replaced: give each "
                  r"broker a resource")


def run(t, variant):
    pki.authority(t, "ca")
    files = pki.certificate(t, t.path("ca.crt"), "broker.example")
    cluster = kafka.Cluster(t, 3, front={"tls": files})
    kafka.plugin(t, **({"tls": "refuse"} if variant == "refuse" else {}))
    t.resource("kafka", cluster, plugin="kafka")
    t.up()
    at = kafka.at(t)
    if variant == "refuse":
        refused(t, at)
    else:
        passed(t, at, cluster)
    t.gw.wait_log(r'evt=channel .* plugin=kafka .* tls="yes"')
