# SPDX-License-Identifier: BSD-2-Clause
"""A producer and a consumer group go on without an error while the link is cut,
and while another aditd takes over: each message arrives once, and the brokers
keep their addresses."""

from lib import kafka, link
from lib.base import check, equal, pause
from lib.kafka_clients import Client, Load

DIRECT = True
VARIANTS = "cut", "upgrade"
TIMES = 3


def how(t, variant):
    """What disturbs the clients: nothing where there is no tunnel."""
    if t.direct:
        return lambda: None
    if variant == "upgrade":
        return lambda: t.gw.ctl("upgrade")
    return link.Link(t).cut


def run(t, variant):
    client = Client("confluent")
    disturb = how(t, variant)
    cluster = kafka.serve(t)
    at = kafka.at(t)
    brokers = client.brokers(at)
    load = Load(at, kafka.TOPIC)
    for _ in range(TIMES):
        pause(0.3)
        disturb()
    pause(0.3)
    told = load.stop()
    equal(told["errors"], {}, "errors of the clients")
    equal((told["lost"], told["twice"]), ([], []), "messages lost, and twice")
    check(told["sent"] > 100, f"messages sent: {told['sent']}")
    equal(client.brokers(at), brokers, "the brokers afterwards")
    kafka.audited(t, cluster)
    if not t.direct:
        link.resumed(t, TIMES)
