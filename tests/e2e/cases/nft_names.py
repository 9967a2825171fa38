# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: any program of the user reaches a server by its name; a
refusal is a refused connect(), and other users are refused."""

from lib.base import check, equal
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft", "curl", "nginx"]
VARIANTS = "root", "user", "early"
LARGE = 16384               # as bytes of a segment: only over loopback


def queued():
    """How many packets have been in the queue of the agent."""
    with open("/proc/net/netfilter/nfnetlink_queue") as f:
        return [int(line.split()[7]) for line in f]


def early(t, nft, echo, closed):
    """Nothing waits; whoever reloads has it wait again."""
    places = ("echo.corp.example", echo.port), ("closed.corp.example",
                                                closed.port)
    told = nft.connects(*places)
    # connect() may return so late that the reset has come.
    check(told[0] == "connected" and told[1] in ("connected", "ECONNRESET"),
          f"accept = early: {told}")
    equal(t.ag.status()["nft"]["early"], 3, "accepted early")
    equal(queued(), [0], "packets that have waited")
    nft.agent.conf["agent"]["accept"] = "answered"
    nft.agent.write()
    nft.agent.ctl("reload")
    nft.ready()
    equal(nft.connects(*places), ["connected", "ECONNREFUSED"], "answered")
    equal(queued(), [2], "packets that have waited")


def run(t, who):
    with t.far:
        server = t.nginx(t.far.ip, 8080)
        echo, closed = t.echo(t.far.ip), t.listen(t.far.ip)
    closed.close()
    t.resource("web", host="web.corp.example", port=server.port)
    t.resource("echo", host="echo.corp.example", port=echo.port)
    t.resource("closed", host="closed.corp.example", port=closed.port)
    t.resource("far", host="far.corp.example", port=80)
    t.gw.hosts = [(t.far.ip, "web.corp.example"),
                  (t.far.ip, "echo.corp.example"),
                  (t.far.ip, "closed.corp.example"),
                  ("10.66.0.1", "far.corp.example")]
    before = left_over()
    nft = Caught(t, "root" if who == "early" else who)
    if who == "early":
        nft.agent.conf["agent"]["accept"] = "early"
    t.up()
    nft.ready()
    check(t.ag.status()["nft"]["hold"], "this kernel has no queue")

    equal(nft.run("curl", "-sS", "http://web.corp.example:8080/host"),
          (0, "web.corp.example:8080"), "the page")
    if who == "early":
        early(t, nft, echo, closed)
        t.ag.down()
        equal(left_over(), before, "what is left")
        return
    told = nft.connect(("echo.corp.example", echo.port),
                       ("closed.corp.example", closed.port),
                       ("far.corp.example", 80), ("far.corp.example", 81),
                       ("198.19.9.9", 80))
    equal([what for what, _ in told],
          ["connected", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH",
           "ENETUNREACH"], "errors of connect()")
    check(all(quick for _, quick in told), f"slow: {told}")

    segments = nft.segments("echo.corp.example", echo.port)
    check(min(segments) > LARGE, f"segments: {segments}")

    # What is no TCP, and what is another user's.
    _, text = nft.run("/usr/bin/python3", "-c",
                      "import socket; socket.socket(2, 2).sendto"
                      "(b'x', ('198.18.0.1', 9))")
    check("not permitted" in text, text)
    equal(nft.connect(("echo.corp.example", echo.port), uid=65533),
          [["ECONNREFUSED", True]], "another user")
    equal(t.ag.status()["nft"]["early"], 0, "accepted early")
    t.ag.down()
    equal(left_over(), before, "what is left")
