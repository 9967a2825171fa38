# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: the agent starts while its gateway is out of reach: names of
resources cannot be looked up for now, addresses are dialled as without adit, and
both lead to the gateway when that has come."""

from lib.base import check, equal, spawn, wait_for
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]


def run(t):
    with t.far:
        echo = t.echo(t.far.ip)
    gateway = t.gateway(host=t.far.near)
    name = "echo.corp.example", echo.port
    place = echo.host, echo.port
    t.resource("named", host=name[0], port=echo.port)
    t.resource("echo", echo, intercept_address="yes")
    gateway.hosts = [(t.far.ip, name[0])]
    before = left_over()
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    nft.agent.write()
    up = spawn(nft.agent.command("up"), env=nft.agent.env,
               log=nft.agent.log_file)
    wait_for(nft.agent.pid, "the agent to start")
    nft.ready()

    def connects(*places):
        had = nft.agent.status()["nft"]["connections"]
        told = nft.connect(*places)
        return told, nft.agent.status()["nft"]["connections"] - had

    equal(connects(place), ([["connected", True]], 0), "without a gateway")
    (told, at_once), = nft.connect(name)
    check(at_once and "Temporary failure in name resolution" in told, told)
    helper = nft.helper()
    gateway.start()
    equal(up.wait(60), 0, "the status of up")
    nft.agent.is_up = True
    nft.agent.wait_state("connected")
    wait_for(lambda: connects(place)[1], "the address to be caught")
    equal(connects(name, place),
          ([["connected", True], ["connected", True]], 2), "afterwards")
    equal(nft.helper(), helper, "the helper is the same one")
    nft.agent.down()
    equal(left_over(), before, "what is left")
