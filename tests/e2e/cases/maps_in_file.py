# SPDX-License-Identifier: BSD-2-Clause
"""Hosts of the key `map` in adit.ini have an address at each start; those that
cannot be mapped are reported with the reason."""

from lib.base import equal, host_port, matches
from lib.tcp import ask, dial


def run(t):
    server = t.echo()
    t.resource("any", host="any", port=server.port, allow=f"{t.server_ip}/32")
    t.ag.conf["listen any"] = {"map": t.server_ip}
    t.ag.conf["listen other"] = {"map": "10.3.0.9"}
    t.up()
    places = []
    for _ in range(2):
        maps = {m["resource"]: m for m in t.ag.status()["maps"]}
        equal(maps["any"]["state"], "ready", "the map")
        equal(maps["other"]["listen"], [], "what is not granted")
        matches("no any-IP resource", maps["other"]["state"], "why")
        place = maps["any"]["listen"][0]
        equal(ask(dial(host_port(place))), b"hello", "echo")
        equal(t.ag.ctl("map", "any", t.server_ip).strip(), place, "adit map")
        places.append(place)
        t.ag.down()
        t.ag.up()
    equal(places[0], places[1], "the place at each start")
