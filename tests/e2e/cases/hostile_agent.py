# SPDX-License-Identifier: BSD-2-Clause
"""A logged-in agent that breaks the protocol, in a dozen ways: its connection
ends, with the reason in the log, and nobody else notices."""

import os

from lib.base import check, equal, fd_count, rss_kb, wait_for
from lib.adit import PASSWORD
from lib.tcp import ask, dial

TIMEOUT = 300

SCENARIOS = {
    "unknown_command": "unknown command",
    "oversized": "over the limit",
    "never_opened": "never opened|never made",
    "other_marker": "marker",
    "over_credit": "over the credit",
    "cut_frame": "",
    "id_again": "used before",
    "impossible_ack": "never sent",
    "open_flood": "too many channels",
    "rapid_reset": "",
    "old_generation": "",
    "captured_proof": "",
}


def run(t):
    sink = t.listen()               # accepts in the kernel, never reads
    t.resource("sink", sink)
    t.resource("echo", t.echo())
    t.gw.user("mallory")
    t.up()
    quiet = dial(t.ag.at("echo"))
    worker = t.gw.worker()
    for name, reason in SCENARIOS.items():
        mark = len(t.gw.log())
        attack(t, name, sink.port)
        if reason:
            t.gw.wait_log(reason)
        check("the worker ended" not in t.gw.log()[mark:], name)
        equal(ask(quiet), b"hello", f"another user after {name}")
        equal(t.gw.worker(), worker, f"the worker after {name}")
        wait_for(lambda: len(t.gw.json("channels")["channels"]) == 1,
                 f"the channels of {name} to go", 30)
    if not t.sanitized():
        check(rss_kb(worker) < 200 << 10, "the worker has grown")
    check(fd_count(worker) < 200, "descriptors are left")


def attack(t, name, port):
    env = dict(os.environ, HOSTILE_PASSWORD=PASSWORD)
    out = t.run([t.tool("tests/e2e/hostile"), name,
                 f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory", str(port)],
                within=120, env=env)
    check("as it should be" in out, out)
