# SPDX-License-Identifier: BSD-2-Clause
"""A configuration file that became wrong while the agent runs does not keep
commands from reaching and ending the agent; if no agent runs, they say what is
wrong with the file."""

from lib.base import check, matches


def run(t):
    t.resource("echo", t.echo())
    t.up()
    for text in (f"[agent]\ncontrol = {t.ag.dir}/agent.sock\ngatway = x\n",
                 f"nonsense\n[agent]\ncontrol = {t.ag.dir}/agent.sock\n[x\n"):
        with open(f"{t.ag.dir}/adit.ini", "w") as f:
            f.write(text)
        status, out = t.ag.call("status")
        check(status == 0 and "connected" in out, f"status: {status} {out}")
        t.ag.ctl("resources")
        t.ag.ctl("stop")
        t.ag.ctl("start")
        status, out = t.ag.call("up")
        check(status == 2, f"up with a broken file: {status} {out}")
        t.ag.ctl("down")
        check(not t.ag.pid(), "it still runs")
        for word in "status", "down":
            status, out = t.ag.call(word)
            check(status == 2, f"{word} without an agent: {status}")
            matches(r"adit\.ini:\d+: ", out, word)
        t.ag.up()
