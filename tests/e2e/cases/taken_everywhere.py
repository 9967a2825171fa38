# SPDX-License-Identifier: BSD-2-Clause
"""A port that some program holds at every address moves up; the address is the
same one at each start."""

from lib.base import equal


def run(t):
    other = t.listen("0.0.0.0")
    t.resource("moved", host=t.server_ip, port=other.port)
    t.ag.conf["agent"].update(loopback_net=f"{t.net}.64/26",
                              low_port_offset=1)
    t.up()
    first = t.ag.listeners("moved")
    equal([port for _, port in first], [other.port + 1], "the port")
    for _ in range(3):
        t.ag.down()
        t.ag.up()
        equal(t.ag.listeners("moved"), first, "where it listens")
