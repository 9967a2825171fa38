# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft beside NetworkManager: it sees the tun device and leaves it
alone, with its routes and its settings of systemd-resolved, also when it is
started again; and it keeps nothing when the device is gone."""

from lib.base import check, equal, wait_for
from lib.dns import NameServer
from lib.nft import Caught, left_over
from lib.resolved import Bus, NetworkManager, Resolved

NET = True
NEEDS = ["nft", "dbus-daemon"]
SEEN = "connected (externally)", "unmanaged"


def run(t):
    upstream = NameServer(t.gateway_ip)
    bus = Bus(t)
    resolved, manager = Resolved(bus, [upstream.ip]), NetworkManager(bus)
    with t.far:
        server = t.echo(t.far.ip)
    t.resource("echo", host="echo.corp.example", port=server.port)
    t.gw.hosts = [(t.far.ip, "echo.corp.example")]
    wait_for(lambda: manager.state("near0"), "NetworkManager's devices")
    before = left_over()
    nft = Caught(t, "root")
    del nft.agent.conf["agent"]["dns"]
    nft.agent.env.update(bus.env)
    nft.server = "127.0.0.53"
    t.up()
    nft.ready()
    wait_for(lambda: "about 3 domains" in nft.agent.status()["nft"]["dns"],
             "systemd-resolved")
    wait_for(lambda: manager.state("adit0") in SEEN, "the device to be seen")
    during = left_over()

    def still(when):
        equal(nft.connects(("echo.corp.example", server.port)), ["connected"],
              when)
        equal(left_over(), during, f"the network {when}")
        check("~echo.corp.example" in resolved.ask("domain", "adit0")[1], when)
    still("at first")
    for words in (("general", "reload"), ("connection", "reload"),
                  ("device", "reapply", "near0")):
        manager.ask(*words)
        still(f"after {words}")
    manager.restart()
    wait_for(lambda: manager.state("adit0") in SEEN, "the device again")
    still("after it was started again")
    t.ag.down()
    wait_for(lambda: left_over() == before, "everything to be gone")
    wait_for(lambda: manager.state("adit0") is None, "the device to be gone")
    check("adit" not in manager.ask("-t", "connection")[1], "a connection")
