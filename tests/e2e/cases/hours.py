# SPDX-License-Identifier: BSD-2-Clause
"""Hours of a resource in a zone of the case's own: closed, opened by the
clock, closed by the clock; what aditctl check, why and the audit say."""

import json
import os
import re
import time

from lib.base import check, equal, matches, wait_for
from lib.tcp import ask, dial, dial_fate, fate

HOURS = "Sun-Sat 08:00-18:00"


def zone(t, second):
    """Writes the zone Test/Here, where it is now this second of the day."""
    away = second - int(time.time()) % 86400
    sign = "-" if away >= 0 else ""
    clock = time.strftime("%H:%M:%S", time.gmtime(abs(away)))
    os.makedirs(t.path("zones/Test"), exist_ok=True)
    with open(t.path("zones/Test/Here"), "wb") as f:
        f.write(b"TZif2" + bytes(60) + f"\n<XYZ>{sign}{clock}\n".encode())


def run(t):
    os.environ["TZDIR"] = t.path("zones")
    zone(t, 7 * 3600)
    server = t.echo()
    t.resource("office", server, hours=f"{HOURS} Test/Here")
    t.resource("strict", server, hours=f"{HOURS} Test/Here",
               end_at_close="yes")
    unknown_zone(t)
    t.up()
    closed(t)
    zone(t, 8 * 3600 - 2)
    t.gw.reload()
    office, strict = opens(t)
    zone(t, 18 * 3600 - 2)
    t.gw.reload()
    equal(ask(office), b"hello", "office before six")
    equal(resource(t, "office")["closed"], None, "adit status of what is open")
    equal(fate(strict), ("reset", b""), "the channel with end_at_close")
    t.gw.wait_log(r"evt=channel .*resource=strict .*reason=\"[^\"]*: outside of "
                  rf"its hours: {HOURS} Test/Here; opens ")
    equal(ask(office), b"hello", "the channel that was there before")
    equal(dial_fate(t.ag.at("office")), ("reset", b""), "a new one after six")
    check(t.ag.state() == "connected", "the session went on")


def unknown_zone(t):
    good = t.gw.conf["resource office"]["hours"]
    t.gw.conf["resource office"]["hours"] = f"{HOURS} Mars/Olympus"
    t.gw.write()
    matches(r"aditd\.ini:\d+: hours: the time zone Mars/Olympus is unknown "
            r"here: .*; install tzdata", t.gw.ctl("check", check=False),
            "an unknown zone")
    t.gw.conf["resource office"]["hours"] = good
    t.gw.write()


def closed(t):
    text = f"outside of its hours: {HOURS} Test/Here; opens ... 08:00"
    equal(dial_fate(t.ag.at("office")), ("reset", b""), "before eight")
    t.gw.wait_log(rf"user alice is refused: resource office is {text}")
    t.gw.wait_log(r"evt=channel .*resource=office .*"
                  r"reason=\"denied: closed\"")
    for more in [], ["--offline"]:
        why = json.loads(t.gw.ctl("--json", "why", "--as", "alice", "office",
                                  *more, check=False))
        equal(why["rule"], "closed", f"aditctl why {more}")
        matches(text, why["what"], f"aditctl why {more}")
    wait_for(lambda: heard(t, text), "the user to hear")
    matches(rf"(?s)office +\S+ +closed\n.*office: {text}",
            " ".join(t.ag.ctl("status").split("\n  ")), "adit status")
    matches(text, resource(t, "office")["closed"], "adit status --json")


def resource(t, name):
    return next(r for r in t.ag.status()["resources"] if r["name"] == name)


def opens(t):
    """Two connections, as soon as the clock lets them."""
    def made(name):
        try:
            sock = dial(t.ag.at(name))
            return sock if ask(sock) == b"hello" else None
        except OSError:
            return None
    return [wait_for(lambda: made(name), f"{name} to open")
            for name in ("office", "strict")]


def heard(t, text):
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        return re.search(text, f.read())
