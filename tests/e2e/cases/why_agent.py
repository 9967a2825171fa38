# SPDX-License-Identifier: BSD-2-Clause
"""adit why says which resource a connection would reach, what the gateway says of
it, and how it ended the last time; no server hears of it."""

import json

from lib import socks
from lib.base import check, equal, matches, show

NET = True


def why(t, place):
    """(exit status, object)."""
    status, text = t.ag.call("why", "--json", place)
    return status, json.loads(text)


def run(t):
    with t.far:
        server = t.echo(t.far.ip)
    port = server.port
    t.resource("db", host="db.corp.example", port=port,
               names="*.db.example", hide_address="no")
    t.resource("net", host="any", port=9, allow="10.66.0.0/16",
               names="*.net.example")
    t.gw.hosts = [(t.far.ip, "db.corp.example")]
    t.ag.socks()
    t.up()

    status, o = why(t, f"a.db.example:{port}")
    equal((status, o["policy"], o["run"]), (0, "granted", "name"), "by name")
    resource, = o["resources"]
    equal((resource["name"], resource["by"], resource["pattern"]),
          ("db", "name", "*.db.example"), "the resource")
    listen, = resource["listen"]
    status, o = why(t, listen)
    equal((status, o["resources"][0]["by"]), (0, "listener"), listen)
    status, o = why(t, f"db.corp.example:{port}")
    equal((status, o["resources"][0]["by"]), (0, "host"), "the host")

    status, o = why(t, f"{t.far.ip}:{port}")
    print(o)
    equal(o["run"], "address", "an address")
    status, o = why(t, "a.db.example:1")
    equal((status, o["policy"], o["resources"][0]["has_port"]),
          (1, "not-allowed", False), "another port")
    equal(o["last"], None, "no connection was refused")
    socks.refused(t.ag.socks(), "a.db.example", 1)
    status, o = why(t, "a.db.example:1")
    equal(o["last"]["reason"], "not-allowed", "the last time")
    text = t.ag.call("why", "a.db.example:1")[1]
    for line in (r"resource +db: its names have \*\.db\.example, but not this",
                 "gateway +refuses: you may not go there", "last time +refused"):
        matches(line, text, "for people")
    check(show(t.ag.socks()) in text, text)
    equal(server.count, 0, "connections at the server")
    status, text = t.ag.call("why", "nowhere")
    equal(status, 2, text)
