# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl why` names the resource and the rule, or what is missing."""

from lib.base import check, equal, matches


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.gw.user("bob")
    t.gw.conf["group everyone"]["users"] = "alice"
    t.up()
    where = f"{server.host}:{server.port}"
    matches("echo.*everyone|everyone.*echo",
            t.gw.ctl("why", "--as", "alice", where), "alice's")
    matches("(?i)refused|denied|no group",
            t.gw.ctl("why", "--as", "bob", where, check=False), "bob's")
    text = t.gw.ctl("why", "--as", "alice", "10.1.2.3:99", check=False)
    matches("(?i)refused|no resource", text, "an unknown destination")
    check(max(map(len, text.splitlines())) <= 80, f"wider than 80:\n{text}")
    equal(type(t.gw.json("why", "--as", "alice", where)), dict, "JSON")
