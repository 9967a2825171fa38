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
    matches(f"^connects to {where}: resource echo, granted by group everyone\n",
            t.gw.ctl("why", "--as", "alice", where), "alice's")
    matches("^refused: no group of user bob grants resource echo\n",
            t.gw.ctl("why", "--as", "bob", where, check=False), "bob's")
    text = t.gw.ctl("why", "--as", "alice", "10.1.2.3:99", check=False)
    matches("^refused: no resource covers 10.1.2.3 port 99\n", text,
            "an unknown destination")
    check(max(map(len, text.splitlines())) <= 80, f"wider than 80:\n{text}")
    said = t.gw.json("why", "--as", "alice", where)
    equal((said["asked"], said["allowed"], said["resource"], said["group"]),
          (where, True, "echo", "everyone"), "JSON")
