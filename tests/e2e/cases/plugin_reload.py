# SPDX-License-Identifier: BSD-2-Clause
"""Reload: options change for new channels, a new plugin needs a restart."""

from lib import parley
from lib.base import equal, matches


def run(t):
    server = parley.start(t)
    old = parley.Dialogue(t, server)
    equal(old.ask("HELLO", "OK"), "OK", "before")

    t.gw.conf["plugin parley"]["refuse"] = "HELLO"
    t.gw.reload()
    equal(old.ask("HELLO", "OK"), "OK", "the channel keeps its options")
    new = parley.Dialogue(t, server)
    new.app.say("HELLO")
    new.app.hear("NO refused")

    parley.build(t, t.path("plugins"), "greedy")
    t.gw.conf["plugin greedy"] = {}
    t.gw.conf["resource ctl"]["plugin"] = "greedy"
    t.gw.write()
    for _ in range(2):
        matches(r"aditd\.ini:\d+: .*greedy.*new.*restart",
                t.gw.ctl("reload", check=False), "aditctl reload")
    names = [p["name"] for p in t.gw.json("plugins")["plugins"]]
    equal(names, ["generic", "parley"], "aditctl plugins")
    equal(old.ask("HELLO", "OK"), "OK", "a channel of before")
    new = parley.Dialogue(t, server)
    new.app.say("HELLO")
    new.app.hear("NO refused")
    data = t.listen()
    parley.meets(new.open(data), data)

    # An announcement ends with the right to its resource.
    del t.gw.conf["plugin greedy"]
    t.gw.conf["resource ctl"]["plugin"] = "parley"
    addr = new.open(data)
    app, far = parley.meets(new.open(data), data)
    t.gw.conf["group everyone"]["users"] = "bob"
    t.gw.reload()
    equal(new.app.fate(), ("reset", b""), "the control channel")
    equal(parley.fate(app), ("reset", b""), "the data channel")
    parley.is_refused(addr, "an announcement")
