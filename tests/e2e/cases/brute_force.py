# SPDX-License-Identifier: BSD-2-Clause
"""Failed logins are slowed down; a user elsewhere is not."""

import time

from lib.base import check


def run(t):
    t.resource("echo", t.echo())
    t.gw.user("bob")
    t.gw.start()
    t.ag.password("wrong")
    t.ag.write()
    times = []
    for _ in range(5):
        start = time.monotonic()
        status, text = t.ag.call("up")
        check(status == 1, f"{status}: {text}")
        times.append(time.monotonic() - start)
    shown = ", ".join(f"{x:.2f}" for x in times)
    check(sum(times) > 3, f"five guesses took only {shown} s")
    check(times[-1] > times[0] + 0.5, f"guesses do not get slower: {shown} s")
    t.ag.password("correct horse")
    t.ag.up()
