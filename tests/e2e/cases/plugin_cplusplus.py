# SPDX-License-Identifier: BSD-2-Clause
"""A plugin in C++, built outside of the tree; `aditctl plugins` lists it."""

from lib import parley
from lib.base import equal, matches


def run(t):
    parley.use(t, "hello", "parley")
    server = t.listen()
    t.resource("ctl", server, plugin="hello")
    t.up()
    talk = parley.Dialogue(t, server)
    equal(talk.ask("HELLO Zoë", "HI"), "HI", "the answer")
    equal(talk.ask("HELLO again", "HI"), "HI", "the answer")
    plugins = {p["name"]: p for p in t.gw.json("plugins")["plugins"]}
    equal(sorted(plugins), ["generic", "hello", "parley"], "aditctl plugins")
    equal(plugins["hello"]["counters"]["hellos"], 2, "its counter")
    equal(plugins["hello"]["version"], "1", "its version")
    text = t.gw.ctl("plugins", "--wide")
    for word in "hello", "parley", "hellos", "an example with connections":
        matches(word, text, "aditctl plugins")
    channel = t.gw.json("channels")["channels"][0]
    equal(channel["plugin"], "hello", "aditctl channels")
    talk.close()
    line = t.gw.wait_log(r"evt=channel .*")[0]
    matches(r'plugin=hello .*name="', line, "the audit line")
