# SPDX-License-Identifier: BSD-2-Clause
"""A connection that a plugin announced: accepted at the address shown, once."""

from lib import parley
from lib.base import check, equal, matches
from lib.tcp import fate


def run(t):
    server = parley.start(t)
    talk = parley.Dialogue(t, server)
    control = t.at("ctl")
    data = t.listen()
    addr = talk.open(data)
    equal(addr[0], control[0], "the address shown is the one dialled")
    check(addr != (data.host, data.port), f"{addr} is the server's own")
    app, far = parley.meets(addr, data)
    parley.is_refused(addr, "a second connection")
    far.sendall(b"tail")
    far.close()
    equal(fate(app), ("eof", b"tail"), "the end of the data")
    app.close()
    # The control channel goes on, and so do further announcements.
    for _ in range(20):
        app, far = parley.meets(talk.open(data), data)
        app.close()
        equal(fate(far), ("eof", b""), "the application's end")
        far.close()
    talk.close()
    line = t.gw.wait_log(rf"evt=channel .*{server.host}:{server.port}.*")[0]
    for word in "plugin=parley", "resource=ctl", 'reason="closed"':
        check(word in line, f"{word} in {line}")
    line = t.gw.wait_log(rf"evt=channel .*{data.host}:{data.port}.*")[0]
    matches(r"parent=\d+ .*resource=ctl", line, "the audit line of a child")
