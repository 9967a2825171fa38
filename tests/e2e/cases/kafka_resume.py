# SPDX-License-Identifier: BSD-2-Clause
"""A producer and a consumer group go on without an error while the link is cut,
and while another aditd takes over, each time in the middle of replies with
records and with brokers: each message arrives once, and the brokers keep their
addresses."""

from concurrent.futures import ThreadPoolExecutor

from lib import kafka, link
from lib.base import check, equal, pause, wait_for
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


def in_the_middle(cluster, client, at, disturb):
    """The brokers that a client is told half of before, and half of after."""
    cluster.told("halt")
    with ThreadPoolExecutor() as pool:
        brokers = pool.submit(client.brokers, at)
        wait_for(lambda: all(cluster.told()["halves"].values()),
                 "half a reply with records, and one with brokers")
        disturb()
        cluster.told("go")
        return brokers.result()


def run(t, variant):
    client = Client("confluent")
    disturb = how(t, variant)
    cluster = kafka.serve(t, front={})
    at = kafka.at(t)
    brokers = client.brokers(at)
    load = Load(at, kafka.TOPIC)
    for _ in range(TIMES):
        equal(in_the_middle(cluster, client, at, disturb), brokers,
              "the brokers in the middle")
        pause(0.3)
    told = load.stop()
    equal(told["errors"], {}, "errors of the clients")
    equal((told["lost"], told["twice"]), ([], []), "messages lost, and twice")
    check(told["sent"] > 100, f"messages sent: {told['sent']}")
    equal(client.brokers(at), brokers, "the brokers afterwards")
    kafka.audited(t, cluster)
    if not t.direct:
        link.resumed(t, TIMES)
