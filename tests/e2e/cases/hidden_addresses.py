# SPDX-License-Identifier: BSD-2-Clause
"""Users see names of resources, not the addresses of servers, unless a
resource says hide_address = no."""

from lib.base import check, equal
from lib.tcp import ask, dial, dial_fate

NET = True


def run(t):
    with t.far:
        t.echo(t.far.ip, 7001)
        t.echo(t.far.ip2, 7002)
    t.resource("hidden", host=t.far.ip, port=7001)
    t.resource("shown", host=t.far.ip2, port=7002, hide_address="no")
    t.resource("closed", host=t.far.ip, port=7003)
    t.up()
    for name in "hidden", "shown":
        ask(dial(t.ag.at(name)))
    equal(dial_fate(t.ag.at("closed")), ("reset", b""), "where nobody listens")
    seen = "".join(t.ag.call(*words)[1] for words in (
        ["resources"], ["resources", "--json"], ["status"],
        ["status", "--json"]))
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        seen += f.read()
    check(t.far.ip not in seen, f"the hidden address is shown:\n{seen}")
    check(t.far.ip2 in seen, f"the open address is not shown:\n{seen}")
