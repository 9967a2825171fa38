# SPDX-License-Identifier: BSD-2-Clause
"""A control server with IPv6: forward to it, and from it."""

from lib import parley

NET = True


def run(t):
    with t.far:
        server = t.listen(t.far.ip6)
        data = t.listen(t.far.ip6)
    parley.use(t, "parley")
    t.resource("ctl", server, plugin="parley")
    t.up()
    talk = parley.Dialogue(t, server)
    parley.meets(talk.open(data), data)
    mine = t.listen("127.0.0.1")
    addr = talk.called(mine)
    with t.far:
        far = parley.call_back(t.far.ip6, addr)
    parley.talks(mine.accept(), far)
