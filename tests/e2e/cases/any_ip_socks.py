# SPDX-License-Identifier: BSD-2-Clause
"""An any-IP resource through SOCKS5: by IPv4, IPv6 and a gateway's name."""

from lib.base import equal, show

DIRECT = True
NET = True
NEEDS = ["curl", "nginx"]


def run(t):
    with t.far:
        four = t.nginx(t.far.ip, 8080)
        six = t.nginx(t.far.ip6, 8080)
    t.resource("web", host="any", port=8080,
               allow=["10.9.0.0/24", "fd09::/64"])
    flags = t.socks_flags()
    names = []
    if not t.direct:
        t.gw.hosts = [(t.far.ip, "four.corp.example"),
                      (t.far.ip6, "six.corp.example")]
        names = ["four.corp.example:8080", "six.corp.example:8080"]
    t.up()
    for where in [show((s.host, s.port)) for s in (four, six)] + names:
        equal(t.run(["curl", "-sS", *flags, f"http://{where}/host"]), where,
              f"the page of {where}")
