# SPDX-License-Identifier: BSD-2-Clause
"""The tunnel is lost while connections wait for the gateway's answer, under adit
run and with intercept = nft: connect() waits on, and says what the gateway says
when the agent has come back to it."""

import subprocess
import time

from lib import link
from lib.base import equal, pause, spawn
from lib.nft import Caught

NET = True
VARIANTS = "run", "nft"

ASK = """
import errno, socket, sys
s = socket.socket()
number = s.connect_ex((sys.argv[1], int(sys.argv[2])))
print(errno.errorcode.get(number, "connected"))
"""


def run(t, mode):
    with t.far:
        echo, closed = t.echo(t.far.ip), t.listen(t.far.ip)
    closed.close()
    t.resource("echo", echo, intercept_address="yes")
    t.resource("closed", host=t.far.ip, port=closed.port,
               intercept_address="yes")
    nft = Caught(t, "user", uid=65533) if mode == "nft" else None
    way = link.Link(t)
    t.up()
    if nft:
        nft.ready()
        words = ["setpriv", f"--reuid={nft.uid}", "--clear-groups"]
    else:
        words = t.ag.command("run")
    way.go_dark()               # the agent believes in its tunnel
    began = time.monotonic()
    waiting = [spawn([*words, "/usr/bin/python3", "-c", ASK, t.far.ip,
                      str(port)], env=t.ag.env, stdout=subprocess.PIPE,
                     text=True) for port in (echo.port, closed.port)]
    pause(1)
    way.cut()
    pause(0.5)
    equal([process.poll() for process in waiting], [None, None], "they wait")
    way.come_back()
    told = [process.communicate(timeout=30)[0] for process in waiting]
    equal(told, ["connected\n", "ECONNREFUSED\n"], "what connect() says, "
          f"{time.monotonic() - began:.1f} s later")
    link.resumed(t, 1)
