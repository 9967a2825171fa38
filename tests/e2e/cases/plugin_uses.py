# SPDX-License-Identifier: BSD-2-Clause
"""An announcement for several connections is good for that number, and no
more."""

from lib import parley


def run(t):
    server = parley.start(t, uses="3")
    talk = parley.Dialogue(t, server)
    data = t.listen()
    addr = talk.open(data)
    for _ in range(3):
        parley.meets(addr, data)
    parley.is_refused(addr, "a fourth connection")
