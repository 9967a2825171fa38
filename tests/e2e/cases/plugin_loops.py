# SPDX-License-Identifier: BSD-2-Clause
"""A plugin that does not return from a callback is named in the log, and
another worker takes over, so other users are stopped for a short time only."""

from lib import parley
from lib.base import equal
from lib.tcp import ask, dial


def run(t):
    t.may_die = True
    t.gw.conf["server"]["threads"] = 1
    parley.use(t, "looper")
    server = t.listen()
    t.resource("loops", server, plugin="looper")
    t.resource("echo", t.echo())
    t.up()
    bystander = dial(t.ag.at("echo"))
    equal(ask(bystander), b"hello", "a channel of the same thread")
    talk = parley.Dialogue(t, server, "loops")
    talk.ask("HELLO", "OK", "OK")
    talk.app.say("LOOP")
    t.gw.wait_log(r'the plugin looper does not return from its callback '
                  r'"message", for 10 seconds: the worker ends', within=60)
    t.gw.wait_log("a new worker is ready")
    t.ag.wait_state("connected", 30)
    equal(ask(dial(t.ag.at("echo"))), b"hello", "a channel, afterwards")
