# SPDX-License-Identifier: BSD-2-Clause
"""adit run: names have addresses inside, which the gateway reaches by name."""

import re

from lib.base import check, equal, matches, wait_for

NET = True
NEEDS = ["busybox", "curl", "nginx"]
VARIANTS = "user", "root"

ASK = """
import socket, sys
for name in sys.argv[1:]:
    try:
        found = socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
        print(name, *sorted({a[4][0] for a in found}))
    except socket.gaierror as error:
        print(name, error)
print(socket.gethostbyaddr(socket.gethostbyname("four.corp.example"))[0])
"""


def run(t, who):
    with t.far:
        four, six = (t.nginx(ip, 8080) for ip in (t.far.ip, t.far.ip6))
    t.resource("web", host="any", port="8080",
               allow=["10.9.0.0/24", "fd09::/64"])
    t.gw.hosts = [(four.host, "four.corp.example"),
                  (six.host, "six.corp.example")]
    t.agent(uid=65534 if who == "user" else None)
    t.up()
    for name in "four.corp.example:8080", "six.corp.example:8080":
        equal(t.ag.run("curl", "-sS", f"http://{name}/host"), (0, name),
              f"the page of {name}")
    status, text = t.ag.run("curl", "-sS", "http://no.corp.example:8080/")
    equal(status, 7, f"curl to a name that there is not: {text}")
    status, text = t.ag.run("/usr/bin/python3", "-c", ASK,
                            "four.corp.example", "localhost")
    matches(r"(?m)^four.corp.example 198\.1[89]\.\d+\.\d+$", text, "getaddrinfo")
    matches(r"(?m)^localhost .*127\.0\.0\.1", text, "localhost")
    check(text.endswith("\nfour.corp.example\n"), f"the way back: {text}")
    # Where the gateway says which names lead to its resources, others do not.
    t.gw.conf["resource web"]["names"] = "four.corp.example, *.sub.example"
    t.gw.reload()
    covered = "four.corp.example", "a.b.sub.example"
    others = "six.corp.example", "sub.example", "example", "corp.example"

    def known():
        text = t.ag.run("/usr/bin/python3", "-c", ASK, *covered, *others)[1]
        return [name for name in covered + others
                if re.search(rf"(?m)^{re.escape(name)} 198", text)]

    wait_for(lambda: known() == list(covered), "the names of the new list")
    # By name, whatever server is asked.
    for server in "10.1.1.1", "2001:db8::1":
        said = t.ag.run("busybox", "nslookup", "-type=a", "four.corp.example",
                        server)[1]
        check(re.search(r"Address.*198\.1[89]\.", said), said)
