# SPDX-License-Identifier: BSD-2-Clause
"""A node of a cluster has the same address after the tunnel was lost, after an
upgrade of the gateway, after `adit stop`, a new login, and a restart of both;
a resource that leads to a node has its own, and ports can be kept."""

from lib import link, parley
from lib.base import check, equal, wait_for
from lib.tcp import dial

TIMEOUT = 120


def at(t, server, node):
    """Where the node is shown, on a channel that ends at once."""
    talk = parley.Dialogue(t, server)
    shown = talk.open(node)
    talk.close()
    return shown


def answers(shown, node, what):
    child = parley.Dialogue(None, node, sock=dial(shown))
    equal(child.ask("HELLO", what), what, "through the address")
    child.close()


def run(t):
    way = link.Link(t)
    server, node, own, kept = (t.listen() for _ in range(4))
    t.resource("n2", own, plugin="cluster")
    parley.use(t, "cluster", lifetime="1h", keep_ports=str(kept.port))
    t.resource("ctl", server, plugin="cluster")
    t.up()
    equal(at(t, server, own), tuple(t.ag.at("n2")), "a resource's own")
    shown, apart = at(t, server, node), at(t, server, kept)
    equal(shown[0], t.ag.at("ctl")[0], "the address that was dialled")
    equal(apart[1], kept.port, "the port that is kept")
    check(apart[0] not in (shown[0], t.ag.at("n2")[0]), apart)

    way.cut()
    link.resumed(t, 1)
    answers(shown, node, "after the tunnel was lost")
    t.gw.ctl("upgrade")
    link.resumed(t, 2)
    answers(shown, node, "after an upgrade")
    answers(apart, kept, "after an upgrade, at its own port")
    equal(at(t, server, node), shown, "after an upgrade")

    def same(what):
        wait_for(lambda: t.ag.status()["state"] == "connected", "the agent")
        equal(at(t, server, node), shown, what)
        equal(at(t, server, kept), apart, what + ", the port that is kept")
        answers(shown, node, what)
    t.ag.ctl("stop")
    t.ag.ctl("start")
    same("after adit stop and start")
    t.ag.down()
    t.ag.up()
    same("after a new login")
    t.ag.down()
    t.gw.stop()
    t.gw.start()
    t.ag.up()
    same("after a restart of both")
