# SPDX-License-Identifier: BSD-2-Clause
"""Nobody can come back to a session with an earlier ATTACH or with impossible
counts; the newest tunnel wins, and loses nothing."""

from lib.adit import PASSWORD
from lib.base import check, equal, wait_for
from lib.tcp import ask, dial

import os

TIMEOUT = 120

SCENARIOS = {
    "old_generation": "its proof is wrong",
    "captured_proof": "its proof is wrong",
    "impossible_count": "impossible count",
    "takes_over": "",
    "sent_again": "",
    "lost_fresh": "forgotten",
}


def run(t):
    sink = t.listen()
    t.resource("sink", sink)
    t.resource("echo", t.echo())
    t.gw.set(resume_grace="1s")
    t.gw.user("mallory")
    t.up()
    quiet = dial(t.ag.at("echo"))
    for name, reason in SCENARIOS.items():
        mark = len(t.gw.log())
        out = t.run([t.tool("tests/e2e/hostile"), name,
                     f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory",
                     str(sink.port)],
                    env=dict(os.environ, HOSTILE_PASSWORD=PASSWORD))
        check("as it should be" in out, out)
        wait_for(lambda: reason in t.gw.log()[mark:], f"{name}: {reason}")
        equal(ask(quiet), b"hello", f"another user after {name}")
