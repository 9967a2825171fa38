# SPDX-License-Identifier: BSD-2-Clause
"""A plugin whose state has another version loses only its own channels; one with
the same version goes on in mid-dialogue, with new code."""

import os

from lib import link, parley
from lib.base import check, equal
from lib.tcp import ask, dial

TIMEOUT = 120


def run(t):
    t.resource("echo", t.echo())
    server = parley.start(t)
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "before")
    folder = t.path("plugins")
    with open(os.path.join(parley.SOURCES, "parley.c")) as f:
        source = f.read()

    # Newer, with the same state: a line is asked before and answered after.
    talk = parley.Dialogue(t, server)
    data = t.listen()
    talk.app.say("OPEN")
    talk.server.hear("OPEN")
    newer = source.replace('.version = "1"', '.version = "2"')
    check(newer != source, "the plugin's version")
    parley.build(t, folder, "parley", newer)
    t.gw.ctl("upgrade")
    found = {p["name"]: p["version"] for p in t.gw.json("plugins")["plugins"]}
    equal(found["parley"], "2", "the plugin's version")
    talk.server.say(f"DATA {data.host} {data.port}")
    parley.meets(talk.app.hear_address("DATA"), data)
    used = parley.meets(talk.open(data), data)

    # Another layout of its state.
    parley.build(t, folder, "parley",
                 source.replace(".state_version = 1", ".state_version = 2"))
    t.gw.ctl("upgrade")
    link.resumed(t, 2)
    equal(talk.app.fate(), ("reset", b""), "the application's end")
    equal(talk.server.fate(), ("reset", b""), "the server's end")
    parley.talks(*used)
    equal(ask(kept), b"hello", "another resource")
    t.gw.wait_log("plugin was replaced by another version")
    parley.Dialogue(t, server).ask("HELLO", "OK", "OK")
