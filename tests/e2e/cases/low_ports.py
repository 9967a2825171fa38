# SPDX-License-Identifier: BSD-2-Clause
"""Ports below 1024: as they are where that is allowed, else 10000 up."""

from lib.base import equal, matches

NET = True
NOBODY = 65534
ASK = """
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
s.sendall(b"low"); print(s.recv(3).decode())
"""


def run(t):
    with t.far:
        t.echo(t.far.ip, 23)
    t.resource("telnet", host=t.far.ip, port=23)
    t.gw.start()
    start = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
    for name, uid, first, port in (("root", None, "1024", 23),
                                   ("plain", NOBODY, "1024", 10023),
                                   ("allowed", NOBODY, "0", 23)):
        with open(start, "w") as f:
            f.write(first)
        agent = t.agent(name=name, uid=uid)
        agent.up()
        host, got = agent.listeners("telnet")[0]
        equal(got, port, f"port of the listener ({name})")
        more = {} if uid is None else {"user": uid, "group": uid}
        out = t.run(["/usr/bin/python3", "-c", ASK, host, str(port)], **more)
        matches("low", out, name)
        agent.down()
