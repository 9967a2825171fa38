# SPDX-License-Identifier: BSD-2-Clause
"""What connect() says of a server that refuses, cannot be reached, does not
answer, or answers late: without adit, under adit run and with intercept = nft
the same, after the same time; a listener of the agent connects first."""

import json
import threading
from types import SimpleNamespace

from lib.base import check, equal, wait_for
from lib.net import ip
from lib.nft import Caught

NET = True
NEEDS = ["nft"]
TIMEOUT = 120
LATE, LATE_S = "10.67.0.9", 2.2
# The gateway has no route there.  It is in this network, too, so that a route
# made here would be its own: the agents know its name only.
GONE, GONE_NAME = "10.71.0.1", "gone.corp.example"
# Linux repeats the first packet after a second, and then again: "filtered" gives
# up after one repeat, and "slow" is heard at the second one.
ASK = """
import errno, json, socket, sys, threading, time
TCP_SYNCNT = 7
places = json.loads(sys.argv[1])
told = {}
def ask(what, host, port):
    s = socket.socket()
    if what == "filtered":
        s.setsockopt(socket.IPPROTO_TCP, TCP_SYNCNT, 1)
    begin = time.monotonic()
    number = s.connect_ex((host, port))
    took = time.monotonic() - begin
    told[what] = (errno.errorcode.get(number, "connected"),
                  "at once" if took < 0.9 else
                  "late" if 1.4 < took < 5 else f"{took:.1f} s")
all = [threading.Thread(target=ask, args=place) for place in places]
for t in all:
    t.start()
for t in all:
    t.join()
print(json.dumps(told))
"""
SAME = {
    "refused": ["ECONNREFUSED", "at once"],
    "unreachable": ["EHOSTUNREACH", "at once"],
    "no route": ["ENETUNREACH", "at once"],
    "gone": ["ENETUNREACH", "at once"],
    "filtered": ["ETIMEDOUT", "late"],
    "slow": ["connected", "late"],
}
LISTENER = {what: ["connected", "at once"] for what in SAME
            if what != "no route"}


def ask(t, run, places):
    """What connect() says; the late server is there after a while."""
    words = ["/usr/bin/python3", "-c", ASK,
             json.dumps([(what, *place) for what, place in places.items()])]

    def appear(verb="add"):
        with t.far:
            ip("addr", verb, f"{LATE}/32", "dev", "far0")
    late = threading.Timer(LATE_S, appear)
    late.start()
    told = run(*words)
    late.join()
    appear("del")
    return json.loads(told)


def run(t):
    with t.far:
        server, closed = t.listen("0.0.0.0"), t.listen(t.far.ip)
    closed.close()
    places = {
        "refused": (t.far.ip, closed.port),
        "unreachable": ("10.66.0.1", 80),
        "no route": ("10.70.0.1", 80),
        "gone": (GONE, 80),
        "filtered": (t.far.silent, 80),
        "slow": (LATE, server.port),
    }
    named = {**places, "gone": (GONE_NAME, 80)}
    for what in LISTENER:
        t.resource(what, SimpleNamespace(host=named[what][0],
                                         port=named[what][1]))
    t.gw.hosts = [(GONE, GONE_NAME)]
    t.resource("any", host="any", port="1-65535", intercept_address="yes",
               allow="10.9.0.2/32, 10.66.0.0/16, 10.67.0.0/16")
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    listens = t.agent(name="listens")
    t.up()
    nft.ready()

    def checked(status_and_text):
        equal(status_and_text[0], 0, status_and_text[1])
        return status_and_text[1]
    equal(ask(t, lambda *words: t.run(words), places), SAME, "without adit")
    equal(ask(t, lambda *words: checked(nft.agent.run(*words)), named), SAME,
          "adit run")
    had = nft.agent.status()["nft"]["connections"]
    equal(ask(t, lambda *words: checked(nft.run(*words)), named), SAME,
          "intercept = nft")
    wait_for(lambda: nft.agent.status()["nft"]["connections"] == had + 1,
             "the one connection to be counted")
    listens.up()
    own = {what: listens.at(what) for what in LISTENER}
    check(len(own) == len(LISTENER), own)
    equal(ask(t, lambda *words: t.run(words), own), LISTENER, "listeners")
