# SPDX-License-Identifier: BSD-2-Clause
"""Resources that no group grants are neither shown nor reachable."""

from lib import socks
from lib.base import equal
from lib.tcp import ask, dial


def run(t):
    mail, secret = t.echo(), t.echo()
    t.resource("mail", mail)
    t.resource("secret", secret)
    t.gw.conf["group everyone"] = {"users": "alice",
                                   "resources": "mail, secret"}
    t.gw.conf["group sales"] = {"resources": "mail"}
    t.gw.user("bob", groups="sales")
    t.gw.start()
    bob = t.agent(name="bob", user="bob")
    proxy = bob.socks()
    bob.up()
    names = [r["name"] for r in bob.status()["resources"]]
    equal(names, ["mail"], "what bob sees")
    equal("secret" in bob.ctl("resources"), False, "adit resources")
    equal(ask(dial(bob.at("mail"))), b"hello", "mail")
    equal(socks.refused(proxy, secret.host, secret.port), socks.NOT_ALLOWED,
          "what bob may not reach")
    equal(secret.count, 0, "connections at the secret server")
    alice = t.agent(name="alice")
    alice.up()
    equal(ask(dial(alice.at("secret"))), b"hello", "alice may")
