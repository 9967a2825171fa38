# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: any program of the user reaches a server by its name; a
refusal is a refused connect(), and other users are refused."""

import json
import subprocess

from lib import dns
from lib.base import check, equal, wait_for
from lib.nft import ASK, left_over, names_as
from lib.tcp import ask, dial

NET = True
NEEDS = ["nft", "curl", "nginx"]


def run(t):
    at = f"{t.net}.9", 53
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
    t.ag.conf["agent"]["intercept"] = "nft"
    t.ag.conf["agent"]["dns"] = f"{at[0]}:{at[1]}"
    t.up()
    wait_for(lambda: t.ag.status()["nft"]["state"] == "ready", "the rules")
    check(t.ag.status()["nft"]["hold"], "this kernel has no queue")

    code, text = names_as(t, at, "curl", "-sS",
                          "http://web.corp.example:8080/host")
    equal((code, text), (0, "web.corp.example:8080"), "the page")
    places = [["echo.corp.example", echo.port],
              ["closed.corp.example", closed.port],
              ["far.corp.example", 80], ["far.corp.example", 81]]
    code, text = names_as(t, at, "/usr/bin/python3", "-c", ASK,
                          json.dumps(places))
    equal([what for what, _ in json.loads(text)],
          ["connected", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"],
          "errors of connect()")
    check(all(quick for _, quick in json.loads(text)), text)

    # What no name stands for, and what is no TCP.
    code, text = names_as(t, at, "/usr/bin/python3", "-c", ASK,
                          json.dumps([["198.19.9.9", 80]]))
    equal(json.loads(text)[0][0], "ENETUNREACH", "an address of no name")
    code, text = names_as(t, at, "/usr/bin/python3", "-c",
                          "import socket; socket.socket(2, 2).sendto"
                          "(b'x', ('198.18.0.1', 9))")
    check("not permitted" in text, text)
    # Another user.
    code, text = names_as(t, at, "setpriv", "--reuid=65534", "--clear-groups",
                          "/usr/bin/python3", "-c", ASK, json.dumps(places[:1]))
    equal(json.loads(text), [["ECONNREFUSED", True]], "another user")

    # Nobody can take the rules away.
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    code, text = names_as(t, at, "/usr/bin/python3", "-c", ASK,
                          json.dumps(places[:1]))
    equal(json.loads(text)[0][0], "connected", "after nft flush ruleset")
    nft = t.ag.status()["nft"]
    equal(nft["early"], 0, "accepted early")
    t.ag.down()
    equal(left_over(), before, "what is left")
