# SPDX-License-Identifier: BSD-2-Clause
"""A connection back that outlives its control channel and its resource: a new
configuration without the resource, or without the right to it, lets none come."""

import os
import re

from lib import parley
from lib.base import equal, wait_for

FLAGS = "ADIT_REVERSE | ADIT_UNARMED"


def use(t):
    """parley, whose CALL outlives its channel, with connections that are read."""
    with open(os.path.join(parley.SOURCES, "parley.c")) as f:
        text = f.read()
    equal(text.count(FLAGS), 1, f"{FLAGS} in parley.c")
    folder = t.path("plugins")
    t.gw.conf["server"]["plugin_dir"] = folder
    t.gw.conf["plugin parley"] = {}
    parley.build(t, folder, "parley", text.replace(
        FLAGS, f"{FLAGS} | ADIT_OUTLIVES | ADIT_INSPECT, .lifetime_ms = 3600000"))


def announced(t, server, mine):
    """Where the server may connect to, without the control channel."""
    before = ended(t)
    talk = parley.Dialogue(t, server)
    addr = talk.called(mine)
    talk.close()
    wait_for(lambda: ended(t) > before, "the control channel to end")
    return addr


def ended(t):
    return len(re.findall(r"evt=channel ", t.gw.log()))


def run(t):
    use(t)
    server, other = t.listen(), t.echo()
    t.resource("ctl", server, plugin="parley")
    t.resource("other", other)
    t.up()
    worker = t.gw.worker()
    mine = t.listen("127.0.0.1")
    places = [announced(t, server, mine) for _ in range(2)]
    everyone = t.gw.conf["group everyone"]
    everyone["resources"] = "other"
    t.gw.reload()
    parley.is_refused(places[0], "without the right", source=t.server_ip)
    del t.gw.conf["resource ctl"]
    t.gw.reload()
    parley.is_refused(places[1], "without the resource", source=t.server_ip)
    equal(t.gw.worker(), worker, "the worker")
    equal(len(re.findall("refused: a connection from .* no longer allowed",
                         t.gw.log())), 2, "lines of the log")
