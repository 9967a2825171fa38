# SPDX-License-Identifier: BSD-2-Clause
"""One audit line per closed channel, with all it should say."""

import re

from lib.base import equal, matches, show
from lib.tcp import ask, dial, fate, reset


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.up()
    clean = dial(t.ag.at("echo"))
    source = show(clean.getsockname())
    ask(clean, b"x" * 1234)
    clean.shutdown(1)
    fate(clean)
    clean.close()
    t.gw.wait_log(re.escape(source))
    broken = dial(t.ag.at("echo"))
    ask(broken, b"x" * 77)
    other = show(broken.getsockname())
    reset(broken)
    t.gw.wait_log(re.escape(other))
    for who, count in (source, 1234), (other, 77):
        lines = [x for x in t.gw.log().splitlines()
                 if who in x and "reason" in x]
        equal(len(lines), 1, f"audit lines of {who}: {lines}")
        for word in ("alice", "echo", "plugin", str(count),
                     f"{server.host}:{server.port}", "duration"):
            matches(re.escape(word), lines[0], "the audit line")
