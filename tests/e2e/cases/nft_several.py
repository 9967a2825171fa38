# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: agents of two users on one machine, each for its own user;
a second one of the same user says why it cannot."""

from lib.base import check, equal, wait_for
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]


def run(t):
    with t.far:
        echo, other = t.echo(t.far.ip), t.echo(t.far.ip2)
    one, two = ("one.corp.example", echo.port), ("two.corp.example", other.port)
    t.resource("one", host=one[0], port=one[1])
    t.resource("two", host=two[0], port=two[1])
    t.gw.hosts = [(t.far.ip, one[0]), (t.far.ip2, two[0])]
    before = left_over()
    root, user = Caught(t, "root"), Caught(t, "user", "other", 8)
    t.up()
    root.ready()
    user.agent.up()
    user.ready()
    equal(root.connects(one, two), ["connected"] * 2, "of root")
    equal(user.connects(two, one), ["connected"] * 2, "of the user")
    again = Caught(t, "root", "again", 7)
    again.agent.up()
    wait_for(lambda: again.state() != "starting", "an answer")
    check("another agent of this user" in again.state(), again.state())
    equal(root.connects(one), ["connected"], "of root, still")
    # The route of the first agent goes, that of the second one is there.
    root.agent.down()
    equal(user.connects(two), ["connected"], "of the user alone")
    again.agent.ctl("reload")
    again.ready()
    equal(again.connects(two), ["connected"], "of root, by the other agent")
    user.agent.down()
    again.agent.down()
    equal(left_over(), before, "what is left")
