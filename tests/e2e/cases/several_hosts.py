# SPDX-License-Identifier: BSD-2-Clause
"""A resource with several hosts: a connection reaches the first one that accepts,
whatever the one before does: answers, refuses, is silent, has no name, or a name
that no name server answers for."""

from lib import dns, link, postgres
from lib.base import equal, matches
from lib.tcp import ask, dial, dial_fate, fate

NET = True
VARIANTS = ("order", "refused", "silent", "no_name", "silent_name",
            "silent_second_name", "none", "upgrade", "psql")
FIRST, SECOND = "db1.corp.example", "db2.corp.example"


def resource(t, port, first, second=None):
    """Each host has an address; where it has none, a name server says so."""
    ns = dns.NameServer("127.0.0.55")
    t.gw.resolv = dns.resolv(ns)
    if first:
        ns.host(FIRST, first)
    ns.host(SECOND, second or t.far.ip)
    t.resource("db", host=[FIRST, SECOND], port=port)
    return ns


def answers(t, server):
    before = server.count
    with dial(t.ag.at("db")) as sock:
        equal(ask(sock), b"hello", "the echo")
    equal(server.count, before + 1, "connections to the host that is right")


def first_that_accepts(t, variant):
    with t.far:
        server = t.echo(t.far.ip)
        if variant == "refused":
            dead = t.listen(t.far.ip2, server.port)
            dead.close()
    ns = resource(t, server.port, {
        "refused": t.far.ip2, "silent": t.far.silent}.get(variant))
    if variant == "silent_name":
        ns.silent_below = [FIRST]
    t.up()
    answers(t, server)
    answers(t, server)


def order(t):
    """Also where the second host's name would be known before the first's."""
    with t.far:
        first = t.echo(t.far.ip)
        second = t.echo(t.far.ip2, first.port)
    ns = resource(t, first.port, t.far.ip, t.far.ip2)
    ns.late[FIRST, dns.A] = .5
    t.up()
    for _ in range(3):
        answers(t, first)
    equal(second.count, 0, "connections to the second host")
    where = f"{SECOND}:{first.port}"
    matches(f"{t.far.ip2}:{first.port}: resource db",
            t.gw.ctl("why", "--as", "alice", where), "why, of the second host")
    matches("first that accepts",
            " ".join(t.gw.ctl("why", "--as", "alice", "db").split()),
            "why, of the resource")
    equal(t.gw.json("why", "--as", "alice", "db")["host"],
          f"{FIRST}, {SECOND}", "the hosts in JSON")


def silent_second_name(t):
    """Nobody waits for the name of a host that is not needed."""
    with t.far:
        server = t.echo(t.far.ip)
    ns = resource(t, server.port, t.far.ip)
    ns.silent_below = [SECOND]
    t.up()
    answers(t, server)


def none(t):
    with t.far:
        dead = t.listen(t.far.ip)
        dead.close()
    resource(t, dead.port, t.far.ip2)
    t.up()
    equal(dial_fate(t.ag.at("db")), ("reset", b""), "the application")
    t.reason("refused")


def upgrade(t):
    """Connections outlive an upgrade, and a host that is added; not one that is
    taken away."""
    with t.far:
        server = t.echo(t.far.ip)
    resource(t, server.port, t.far.silent)
    t.up()
    with dial(t.ag.at("db")) as sock:
        equal(ask(sock), b"hello", "the echo")
        t.gw.ctl("upgrade")
        link.resumed(t, 1)
        equal(ask(sock), b"hello", "the echo after the upgrade")
        t.gw.conf["resource db"]["host"] = ["10.9.0.77", FIRST, SECOND]
        t.gw.reload()
        equal(ask(sock), b"hello", "the echo with one more host")
        t.gw.conf["resource db"]["host"] = [FIRST]
        t.gw.reload()
        equal(fate(sock), ("reset", b""), "the host is taken away")


def psql(t):
    live = postgres.serve(t)
    t.resource("db", host=f"{t.net}.99, {live.host}", port=live.port)
    t.up()
    equal(postgres.query(t.ag.at("db", live.port), "select 40 + 2"), "42",
          "the answer")


def run(t, variant):
    own = {"order": order, "silent_second_name": silent_second_name,
           "none": none, "upgrade": upgrade, "psql": psql}
    if variant in own:
        own[variant](t)
    else:
        first_that_accepts(t, variant)
