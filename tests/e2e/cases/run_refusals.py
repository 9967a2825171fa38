# SPDX-License-Identifier: BSD-2-Clause
"""adit run: a server that cannot be reached is the same error as without adit."""

import json

from lib.base import check, equal

NET = True
DIRECT = True
VARIANTS = "user", "root"

# What connect() says, blocking and not, and how long it took.
ASK = """
import errno, json, select, socket, sys, time
def name(number):
    return errno.errorcode.get(number, "connected") if number else "connected"
told = []
for host, port in json.loads(sys.argv[1]):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    row = []
    for blocking in True, False:
        s = socket.socket(family)
        begin = time.monotonic()
        s.setblocking(blocking)
        number = s.connect_ex((host, port))
        if number == errno.EINPROGRESS:
            select.select([], [s], [], 30)
            number = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        row.append((name(number), time.monotonic() - begin < 0.9))
    told.append(row)
print(json.dumps(told))
"""


def run(t, who):
    with t.far:
        servers = [t.listen(ip) for ip in (t.far.ip, t.far.ip6)]
        closed = [t.listen(ip) for ip in (t.far.ip, t.far.ip6)]
    for server in closed:
        server.close()
    t.resource("all", host="any", port="1-65535", allow=[
        "10.9.0.0/24", "fd09::/64", "10.66.0.0/16"])
    t.agent(uid=65534 if who == "user" else None)
    t.up()
    places = [(s.host, s.port) for s in servers + closed]
    places.append(("10.66.0.1", 80))
    ask = ["/usr/bin/python3", "-c", ASK, json.dumps(places)]
    direct = t.run(ask)
    status, text = t.ag.run(*ask)
    equal(status, 0, text)
    # Only later ones: a first packet may wait for a neighbour's answer.
    told, direct = json.loads(text), json.loads(direct)
    equal([[what for what, _ in row] for row in told],
          [[what for what, _ in row] for row in direct], "errors of connect()")
    check(all(quick for row in told for _, quick in row), text)
    if t.direct:
        return
    # What no resource covers has no route.
    ask[-1] = json.dumps([("10.70.0.1", 80), ("fd70::1", 80)])
    status, text = t.ag.run(*ask)
    equal([[what for what, _ in row] for row in json.loads(text)],
          [["ENETUNREACH"] * 2] * 2, "what is not covered")
