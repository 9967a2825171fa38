# SPDX-License-Identifier: BSD-2-Clause
"""Large packets vanish between agent and gateway, there, back or both, and
nobody says so: a large transfer each way goes on soon, and the others too, with
small packets, until the agent is in another network.  Also where already the
gateway's certificate is too large for a packet."""

import os
import time

from lib import link
from lib.base import check, equal, wait_for
from lib.linked import Link
from lib.pki import openssl
from lib.tcp import Task, ask, drink, pour

TIMEOUT = 90
VARIANTS = "both", "there", "back", "back-alone", "both-6", "login"
THIN = "both", "back"
SIZE = 2 << 20
MOST = 1300             # bytes of a packet
SOON = 20               # seconds; about 5 on an idle machine


def run(t, variant):
    way = Link(t.tool("bench/link"), delay=5, rate=100)
    ways, _, how = variant.partition("-")
    t.gateway_ip = way.far_ip
    if how == "6":
        way.add_ipv6()
        t.gateway_ip = way.far_ip6
    with way.far:
        listener, echo = t.listen(way.far_ip), t.echo(way.far_ip)
        t.resource("tcp", listener)
        t.resource("echo", echo)
        if variant == "login":
            large_certificate(t)
            close_for_large(way)
        t.gw.start()
    begun = time.monotonic()
    with way.near:
        t.ag.up()
        t.ag.wait_state("connected")
        other = t.dial("echo")
        ask(other)
        up, up_server = t.pair(listener)
        down, down_server = t.pair(listener)
    if variant != "login":
        equal(t.ag.status()["segment"], None, "segment, before")
        close_for_large(way, ways)
        begun = time.monotonic()
    jobs, ends = [Task(send, down_server)], [Task(drink, down)]
    other.settimeout(60)
    if how != "alone":          # there the agent has nothing to say at all
        jobs.append(Task(send, up))
        ends.append(Task(drink, up_server))
        ask(other)
    sent = [job.result(60) for job in jobs]
    got = [end.result(60) for end in ends]
    took = time.monotonic() - begun
    equal(got, [(SIZE, one) for one in sent], "what arrived")
    check(took < SOON, f"{took:.1f} s until all was through")
    # A slow machine may not answer so soon that size must be the reason.
    if not t.sanitized():
        equal(t.ag.status()["segment"], 1024, "segment")
        check("large ones get lost" in t.ag.ctl("status"), "adit status")
    if how != "6":
        another_network(t, way)
    ask(other)
    way.close()


def close_for_large(way, ways="both"):
    for word in ["there", "back"] if ways == "both" else [ways]:
        way.command(f"{word}={MOST}")


def another_network(t, way):
    """All packets pass there, so nothing is smaller than it need be."""
    before = t.ag.status()["resumed"]
    way.command("there=0")
    way.command("back=0")
    way.move()
    link.resumed(t, before + 1)
    wait_for(lambda: t.ag.status()["segment"] is None, "full size again")


def large_certificate(t):
    """Another certificate of the same key."""
    names = ",".join(f"DNS:gateway-{n}.example.org" for n in range(100))
    key = os.path.join(t.gw.dir, t.gw.conf[t.gw.title]["private_key"])
    cert = os.path.join(t.gw.dir, t.gw.conf[t.gw.title]["certificate"])
    openssl("req", "-x509", "-key", key, "-subj", "/CN=gateway", "-days", "2",
            "-addext", f"subjectAltName={names}", "-out", cert)


def send(sock):
    sock.settimeout(60)
    digest = pour(sock, SIZE)
    sock.shutdown(1)
    return digest
