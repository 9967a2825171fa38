# SPDX-License-Identifier: BSD-2-Clause
"""An announcement that outlives its channel, for one connection, read as well."""

from lib import parley
from lib.base import equal, matches


def run(t):
    server = parley.start(t, outlives="yes", inspect="yes", lifetime="1h")
    data = t.listen()
    talk = parley.Dialogue(t, server)
    addr = talk.open(data)
    talk.close()
    t.gw.wait_log(r"evt=channel ")
    child = parley.Dialogue(t, data, sock=parley.dial(addr))
    equal(child.ask("HELLO", "OK hello"), "OK hello", "through the child")
    parley.is_refused(addr, "a second connection")
    child.close()
    line = t.gw.wait_log(r"evt=channel .* orphan=.*")[0]
    matches(r'parent=\d+ .*depth="1" orphan="yes"', line, "the audit line")
