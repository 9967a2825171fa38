# SPDX-License-Identifier: BSD-2-Clause
"""Reload: a grant that goes resets its channels at once; others go on."""

from lib.base import check, equal, wait_for
from lib.tcp import ask, dial, fate


def run(t):
    for name in "goes", "stays":
        t.resource(name, t.echo())
    t.up()
    goes, stays = dial(t.ag.at("goes")), dial(t.ag.at("stays"))
    ask(goes)
    ask(stays)
    t.gw.conf["group everyone"]["resources"] = "stays"
    t.gw.reload()
    equal(fate(goes), ("reset", b""), "the channel without a grant")
    equal(ask(stays), b"hello", "the other channel")
    wait_for(lambda: not t.ag.listeners("goes"), "the listener to go")
    t.gw.conf["group everyone"]["resources"] = "goes, stays"
    server = t.echo()
    t.resource("new", server)
    t.gw.reload()
    wait_for(lambda: t.ag.listeners("new") and t.ag.listeners("goes"),
             "the listeners to come")
    for name in "goes", "new":
        equal(ask(dial(t.ag.at(name))), b"hello", name)
    equal(ask(stays), b"hello", "the other channel")
    check(t.ag.state() == "connected", "the session went on")
