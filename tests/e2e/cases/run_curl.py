# SPDX-License-Identifier: BSD-2-Clause
"""adit run: curl reaches a server by its real address, IPv4 and IPv6."""

from lib.base import equal, show

NET = True
DIRECT = True
NEEDS = ["curl", "nginx"]


def run(t, who):
    with t.far:
        servers = [t.nginx(ip, 8080) for ip in (t.far.ip, t.far.ip6)]
    for number, server in enumerate(servers):
        t.resource(f"web{number}", server)
    t.agent(uid=65534 if who == "user" else None)
    t.up()
    for server in servers:
        where = show((server.host, server.port))
        equal(t.ag.run("curl", "-sS", f"http://{where}/host"), (0, where),
              f"the page of {where}")


VARIANTS = ["user", "root"]
