# SPDX-License-Identifier: BSD-2-Clause
"""One audit line per closed channel, with all it should say."""

import re
import time

from lib.base import check, equal, pause, show
from lib.tcp import ask, dial, fate, reset

LASTS = 0.2     # seconds of each connection


def run(t):
    began = time.monotonic()
    server = t.echo()
    t.resource("echo", server)
    t.up()
    clean = dial(t.ag.at("echo"))
    source = show(clean.getsockname())
    ask(clean, b"x" * 1234)
    pause(LASTS)
    clean.shutdown(1)
    fate(clean)
    clean.close()
    t.gw.wait_log(f"source={re.escape(source)} ")
    broken = dial(t.ag.at("echo"))
    ask(broken, b"x" * 77)
    pause(LASTS)
    other = show(broken.getsockname())
    reset(broken)
    t.gw.wait_log(f"source={re.escape(other)} ")
    at = show((server.host, server.port))
    session = t.gw.json("sessions")["sessions"][0]["session"]
    for number, who, count, reason in ((1, source, 1234, "closed"),
                                       (2, other, 77, "reset by peer")):
        lines = [x for x in t.gw.log().splitlines()
                 if "evt=channel " in x and f"source={who} " in x]
        equal(len(lines), 1, f"audit lines of {who}: {lines}")
        found = re.fullmatch(
            rf".*evt=channel session={session} channel={number} user=alice "
            rf"resource=echo plugin=- source={re.escape(who)} "
            rf"destination={re.escape(at)} to_server={count} "
            rf"to_client={count} duration=(\d+\.\d{{3}}) "
            rf'reason="{reason}"', lines[0])
        check(found, f"another line than in docs/audit.md: {lines[0]}")
        check(LASTS / 2 < float(found.group(1)) < time.monotonic() - began,
              f"the duration: {lines[0]}")
