# SPDX-License-Identifier: BSD-2-Clause
"""A plugin behind an any-IP resource, at the address that `adit map` gives."""

from lib import parley
from lib.base import equal, host_port
from lib.tcp import dial


def run(t):
    server = t.listen()
    t.resource("any", host="any", port=server.port,
               allow=f"{t.net}.0/29", plugin="parley")
    parley.use(t, "parley")
    t.up()
    at = host_port(t.ag.ctl("map", "any", t.server_ip).strip())
    talk = parley.Dialogue(t, server, sock=dial(at))
    data = t.listen()
    addr = talk.open(data)
    equal(addr[0], at[0], "the address shown is the one dialled")
    parley.meets(addr, data)
    parley.is_refused(addr, "a second connection")
