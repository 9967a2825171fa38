# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: the agent's own way to its gateway is not caught, though a
resource covers the gateway's address and port; when the gateway goes away in
the middle of a connection, connect() says so, and later all is as before."""

import subprocess

from lib.base import equal, wait_for
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]

ASK = """
import errno, socket, sys
s = socket.socket()
print(errno.errorcode.get(s.connect_ex((sys.argv[1], 80)), "connected"))
"""


def run(t):
    gateway = t.gateway(host=t.far.near)
    with t.far:
        echo = t.echo(t.far.ip)
    t.resource("any", host="any", port="1-65535", intercept_address="yes",
               allow="10.9.0.0/24, 10.67.0.0/16")
    before = left_over()
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    t.up()
    nft.ready()
    server, itself = (t.far.ip, echo.port), (gateway.host, gateway.port)
    equal(nft.connects(server), ["connected"], "at first")
    had = t.ag.status()["nft"]["connections"]
    equal(nft.connects(itself), ["connected"], "the gateway itself")
    equal(t.ag.status()["nft"]["connections"], had, "caught")

    waits = subprocess.Popen(
        ["setpriv", f"--reuid={nft.uid}", "--clear-groups", "/usr/bin/python3",
         "-c", ASK, t.far.silent], stdout=subprocess.PIPE, text=True)
    wait_for(lambda: t.ag.status()["channels"], "its channel")
    gateway.stop()
    equal(waits.communicate(timeout=60)[0], "ENETUNREACH\n",
          "the connection that waited")
    equal(nft.connects(server), ["ENETUNREACH"], "without a gateway")
    gateway.start()
    t.ag.wait_state("connected")
    wait_for(lambda: nft.connects(server) == ["connected"], "a connection")
    t.ag.down()
    equal(left_over(), before, "what is left")
