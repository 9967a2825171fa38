# SPDX-License-Identifier: BSD-2-Clause
"""adit status for people: since, bytes, log, refusals with time and reason; no
resource is "ready" while the gateway is out of reach."""

import os
import re
import signal
import time

from lib import socks
from lib.base import check, equal, matches, show, wait_for
from lib.tcp import ask, dial


def run(t):
    echo = t.echo()
    t.resource("echo", echo)
    t.resource("notes", host="any", port=1352, allow="203.0.113.0/24")
    place = t.ag.socks()
    t.up()
    equal(ask(dial(t.ag.at("echo")), b"x" * 5000), b"x" * 5000, "the echo")
    for _ in range(3):
        equal(socks.refused(place, "198.51.100.7", 1352), socks.NOT_ALLOWED,
              "an address outside of allow")
    equal(socks.refused(place, "198.51.100.7", 99), socks.NOT_ALLOWED,
          "a port of nothing")

    status = t.ag.status()
    port, rule = status["refusals"]
    equal((port["resource"], port["host"], port["port"], port["reason"],
           port["times"]),
          (None, "198.51.100.7", 99, "not-allowed", 1), "the last refusal")
    equal((rule["port"], rule["reason"], rule["times"]),
          (1352, "not-allowed", 3), "the one before")
    check(0 <= time.time() - rule["time"] < 60, f"when: {rule}")
    equal((status["to_server"], status["to_client"]), (5000, 5000), "bytes")
    check(os.path.exists(status["log"]), f"the log {status['log']}")

    text = t.ag.ctl("status")
    for pattern in (r"^state +connected since \d\d:\d\d:\d\d \(",
                    rf"^gateway +{show((t.gw.host, t.gw.port))} as alice$",
                    r"^traffic +4\.9 KiB to servers, 4\.9 KiB from them",
                    r"^agent +adit \d+\.\d+\.\d+, process \d+, up for ",
                    rf"^proxy port +{show(place)} ",
                    r"^echo +127\.[\d.]+:\d+ +ready$",
                    r"^  \d\d:\d\d:\d\d  198\.51\.100\.7 port 1352: "
                    r"not-allowed:(?s:.)*\(3\s+times\)$"):
        check(re.search(pattern, text, re.M), f"no {pattern} in:\n{text}")
    check(status["log"] in re.sub(r"\n +", "", text), f"no log in:\n{text}")
    for row in text.splitlines():
        check(len(row) <= 80 or " " not in row[12:], f"too long: {row}")

    t.gw.stop(signal.SIGTERM)
    t.ag.wait_state("reconnecting")
    states = {r["name"]: r["state"] for r in t.ag.status()["resources"]}
    equal(states, {"echo": "waiting", "notes": "waiting"}, "states")
    text = t.ag.call("status")[1]
    check("ready" not in text, text)
    matches(r"state +reconnecting since", text, "while reconnecting")
    t.gw.start()
    wait_for(lambda: t.ag.status()["resources"][0]["state"] == "ready",
             "echo to be ready again", 30)
