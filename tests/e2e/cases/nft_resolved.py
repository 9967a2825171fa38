# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft and systemd-resolved: it asks the agent for the names of
resources and for no others, as long as the agent lives; where it may not be
told so, `adit status` says what helps."""

import os
import re
import shlex
import signal

from lib.base import check, equal, running, wait_for
from lib.dns import NameServer
from lib.nft import Caught, left_over
from lib.resolved import Bus, Resolved

NET = True
NEEDS = ["nft", "dbus-daemon", "busctl"]
VARIANTS = "root", "user", "polkit"
OTHER = "www.example.org"


class Names:
    """What programs are told about the names of resources, and of others."""

    def __init__(self, t, nft, resolved, upstream):
        self.t, self.nft, self.resolved = t, nft, resolved
        self.upstream = upstream
        del nft.agent.conf["agent"]["dns"]
        nft.agent.env.update(resolved.bus.env)
        nft.server = "127.0.0.53"       # programs ask there

    def wait(self, what):
        wait_for(lambda: what in self.said(), f"{what!r} in the status")

    def said(self):
        return self.nft.agent.status()["nft"]["dns"]

    def domains(self):
        status, text = self.resolved.ask("domain", "adit0")
        return set(text.partition(": ")[2].split()) if status == 0 else None

    def good(self, server, when):
        del self.upstream.asked[:]
        address = self.resolved.address("echo.corp.example")
        check(address and address.startswith("198.18."), f"{when}: {address}")
        equal(self.resolved.address(OTHER), "10.1.2.3", f"{when}: {OTHER}")
        equal(self.nft.connects(("echo.corp.example", server.port)),
              ["connected"], when)
        equal({name for name, _, _ in self.upstream.asked}, {OTHER},
              f"{when}: names that the other server was asked for")

    def gone(self):
        """Nothing is left of the agent, here and in the network."""
        equal(self.domains(), None, "settings of the device that is gone")
        equal(self.resolved.address("echo.corp.example"), None, "the name")
        equal(self.resolved.address(OTHER), "10.1.2.3", OTHER)


def killed(names, server, before):
    agent, helper = names.nft.agent.pid(), names.nft.helper()
    os.kill(helper, signal.SIGKILL)
    wait_for(lambda: not running(helper), "the helper to be dead")
    names.nft.ready()
    names.wait("about 3 domains")
    names.good(server, "by another helper")
    helper = names.nft.helper()
    os.kill(agent, signal.SIGKILL)
    wait_for(lambda: not running(helper), "the helper to end")
    wait_for(lambda: left_over() == before, "everything to be gone")
    names.gone()
    names.t.ag.up()
    names.wait("about 3 domains")
    names.good(server, "by the next agent")


def allowed(names):
    """The administrator does what the status says."""
    names.wait("does not ask adit for names")
    equal(names.domains(), set(), "the domains that nobody could set")
    equal(names.resolved.address("echo.corp.example"), None, "the name")
    said = " ".join(names.t.ag.ctl("status").split())
    lines = re.findall(r"resolvectl ((?:dns|domain|default-route) [^;]*)", said)
    equal(len(lines), 3, f"lines in {said}")
    for words in lines:
        equal(names.resolved.ask(*shlex.split(words))[0], 0, words)


def run(t, who):
    upstream = NameServer(t.gateway_ip)
    upstream.host(OTHER, "10.1.2.3")
    bus = Bus(t, "nobody" if who == "polkit" else None)
    resolved = Resolved(bus, [upstream.ip])
    with t.far:
        server = t.echo(t.far.ip)
    t.resource("echo", host="echo.corp.example", port=server.port,
               names="*.corp.example")
    t.gw.hosts = [(t.far.ip, "echo.corp.example")]
    before = left_over()
    nft = Caught(t, "root" if who == "root" else "user")
    names = Names(t, nft, resolved, upstream)
    t.up()
    nft.ready()
    if who == "user":
        allowed(names)
        names.good(server, "by hand")
    else:
        names.wait("about 3 domains")
        equal(names.domains(), {"~corp.example", "~18.198.in-addr.arpa",
                                "~19.198.in-addr.arpa"}, "domains")
        names.good(server, "at first")
        address = resolved.address("echo.corp.example")
        check("echo.corp.example" in resolved.ask("query", address)[1],
              "the name of an address")
        equal(resolved.address("none.corp.example")[:6], "198.18", "any name")
        check("yes" not in resolved.ask("default-route", "adit0")[1],
              "others are asked of the agent, too")
        t.gw.conf["resource echo"]["names"] += ", db.other.example"
        t.gw.reload()
        wait_for(lambda: "~db.other.example" in names.domains(), "the domain")
        t.gw.conf["resource echo"]["names"] = "*.corp.example"
        t.gw.reload()
        wait_for(lambda: len(names.domains()) == 3, "the domain to be gone")
        killed(names, server, before)
    t.ag.down()
    wait_for(lambda: left_over() == before, "everything to be gone")
    names.gone()
