# SPDX-License-Identifier: BSD-2-Clause
"""A session belongs to one virtual gateway: another one at the same address, with
the same key and the same users, does not let its agent attach, right proof or not."""

import os

from lib.adit import PASSWORD
from lib.base import check


def run(t):
    sink = t.listen()
    t.resource("sink", sink)
    t.gw.set(server_name="localhost", groups="everyone")
    t.gw.conf["gateway other"] = dict(t.gw.conf[t.gw.title],
                                      server_name="other.example")
    t.gw.start()
    env = dict(os.environ, HOSTILE_PASSWORD=PASSWORD)
    out = t.run([t.tool("tests/e2e/hostile"), "other_gateway",
                 f"{t.gw.host}:{t.gw.port}", t.gw.pin, "alice",
                 str(sink.port)], env=env)
    check("as it should be" in out, out)
