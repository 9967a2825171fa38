# SPDX-License-Identifier: BSD-2-Clause
"""A configuration that needs a new worker, more threads or another plugin: the
connections go there; what it takes away ends."""

from lib import link, parley
from lib.base import equal
from lib.tcp import ask, dial, fate

TIMEOUT = 120


def run(t):
    t.resource("echo", t.echo())
    t.resource("other", t.echo())
    t.gw.conf["server"]["threads"] = "1"
    t.up()
    kept, lost = dial(t.ag.at("echo")), dial(t.ag.at("other"))
    equal((ask(kept), ask(lost)), (b"hello", b"hello"), "before")
    worker = t.gw.worker()
    t.gw.conf["server"]["threads"] = "3"
    t.gw.reload()
    stats = t.gw.json("stats")
    equal((stats["worker_pid"] == worker, stats["worker_starts"]), (False, 2),
          "another worker")
    link.resumed(t, 1)
    equal((ask(kept), ask(lost)), (b"hello", b"hello"), "more threads")

    del t.gw.conf["resource other"]
    t.gw.conf["group everyone"]["resources"] = "echo"
    t.gw.conf["server"]["threads"] = "2"
    parley.use(t, "parley")
    t.gw.reload()
    equal(fate(lost), ("reset", b""), "a resource that is gone")
    equal(ask(kept), b"hello", "a plugin more")
    names = [p["name"] for p in t.gw.json("plugins")["plugins"]]
    equal("parley" in names, True, f"plugins: {names}")
    equal(t.gw.json("stats")["worker_starts"], 3, "workers")
