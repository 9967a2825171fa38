# SPDX-License-Identifier: BSD-2-Clause
"""A connection that comes early waits until the plugin lets it go on."""

import select

from lib import parley
from lib.base import check, equal
from lib.tcp import read_exactly


def run(t):
    server = parley.start(t, unarmed="yes")
    data = t.listen()
    talk = parley.Dialogue(t, server)
    app = parley.dial(talk.open(data))
    app.sendall(b"early")
    # A question and its answer have passed the whole way: it is not a race.
    talk.ask("WAIT", "OK waiting")
    check(not select.select([data.sock], [], [], 0.3)[0],
          "the server was reached before its time")
    talk.ask("START", "GO", "GO")
    far = data.accept()
    equal(read_exactly(far, 5), b"early", "what was sent early")
    parley.talks(app, far)

    # Armed before anybody comes.
    addr = talk.open(data)
    talk.ask("START", "GO", "GO")
    parley.meets(addr, data)
