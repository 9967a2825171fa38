# SPDX-License-Identifier: BSD-2-Clause
"""`adit map` gives an address for a host behind an any-IP resource."""

from lib.base import check, equal, host_port, matches
from lib.tcp import ask, dial

NET = True


def run(t):
    with t.far:
        echo = t.echo(t.far.ip, 1352)
        t.echo(t.far.ip6, 1352)
    t.resource("notes", host="any", port=1352,
               allow=["10.9.0.0/24", "fd09::/64"])
    t.gw.hosts = [(t.far.ip, "notes.corp.example"),
                  ("127.0.0.1", "evil.corp.example")]
    t.up()
    seen = set()
    for host in "notes.corp.example", t.far.ip, t.far.ip6:
        out = t.ag.ctl("map", "notes", host).strip()
        matches(r"^127\.[0-9.]+:1352$", out, f"adit map notes {host}")
        equal(ask(dial(host_port(out))), b"hello", f"echo of {host}")
        again = t.ag.ctl("map", "notes", host).strip()
        equal(again, out, "the same map asked again")
        seen.add(out)
    equal(len(seen), 3, f"different addresses in {seen}")
    status, text = t.ag.call("map", "nothing", "10.9.0.2")
    check(status == 1 and "nothing" in text, f"unknown resource: {text}")

    # What policy refuses is refused at once; nothing is connected for that.
    no = "you may not go there, or there is no such host"
    for host, why in (("10.8.0.1", no), ("evil.corp.example", no),
                      ("nowhere.invalid", "finds no address of this name")):
        status, text = t.ag.call("map", "notes", host)
        check(status == 1 and why in text, f"map notes {host}: {text}")
    equal({m["host"] for m in t.ag.status()["maps"]},
          {"notes.corp.example", t.far.ip, t.far.ip6}, "maps")
    equal((echo.count, t.ag.status()["channels"]), (2, 0),
          "connections that map made")
