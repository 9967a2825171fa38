# SPDX-License-Identifier: BSD-2-Clause
"""The tables of aditctl fit 80 columns, whatever names are in them; --wide shows
all of it."""

from lib.base import check
from lib.tcp import ask, dial

USER = "wolfeschlegelsteinhausenbergerdorff"
RESOURCE = "payroll-of-the-northern-subsidiaries-and-others"


def run(t):
    t.resource(RESOURCE, t.echo())
    agent = t.agent(user=USER)
    t.gw.user(USER)
    t.gw.start()
    agent.up()
    agent.wait_state("connected")
    sock = dial(agent.at(RESOURCE))
    ask(sock)
    for command in "sessions", "channels", "plugins", "stats":
        narrow(t.gw.ctl(command), command)
    for command in "sessions", "channels":
        table = t.gw.ctl(command)
        check(USER not in table and USER[:5] in table and "~" in table, table)
        check(USER in t.gw.ctl(command, "--wide"), f"{command} --wide")
    check(RESOURCE in t.gw.ctl("channels", "--wide"), "the resource")
    check("counters" in t.gw.ctl("plugins", "--wide"), "plugins --wide")


def narrow(text, what):
    check(text.strip(), f"{what} says nothing")
    for line in text.splitlines():
        check(len(line) <= 80, f"{what}: {len(line)} columns: {line}")
