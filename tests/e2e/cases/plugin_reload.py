# SPDX-License-Identifier: BSD-2-Clause
"""Reload: options change for new channels; a new plugin comes with a new worker,
to which the channels go, but for those whose resource has another plugin now."""

from lib import link, parley
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

    t.gw.conf["plugin greedy"] = {}
    t.gw.write()
    matches(r"greedy\.so: No such file", t.gw.ctl("reload", check=False),
            "a plugin that is not there")
    equal(plugins(t), ["generic", "parley"], "aditctl plugins")
    parley.build(t, t.path("plugins"), "greedy")
    t.gw.reload()
    equal(plugins(t), ["generic", "parley", "greedy"], "with a new one")
    link.resumed(t, 1)
    old.app.say("HELLO")            # the options of now
    old.app.hear("NO refused")
    new = parley.Dialogue(t, server)
    new.app.say("HELLO")
    new.app.hear("NO refused")
    data = t.listen()
    parley.meets(new.open(data), data)

    other = parley.Dialogue(t, server)
    t.gw.conf["resource ctl"]["plugin"] = "greedy"
    t.gw.conf["server"]["threads"] = "3"
    t.gw.reload()
    equal(other.app.fate(), ("reset", b""), "another plugin")
    t.gw.conf["resource ctl"]["plugin"] = "parley"
    t.gw.reload()
    new = parley.Dialogue(t, server)

    # An announcement ends with the right to its resource.
    del t.gw.conf["plugin greedy"]
    addr = new.open(data)
    app, far = parley.meets(new.open(data), data)
    t.gw.conf["group everyone"]["users"] = "bob"
    t.gw.reload()
    equal(new.app.fate(), ("reset", b""), "the control channel")
    equal(parley.fate(app), ("reset", b""), "the data channel")
    parley.is_refused(addr, "an announcement")


def plugins(t):
    return [p["name"] for p in t.gw.json("plugins")["plugins"]]
