# SPDX-License-Identifier: BSD-2-Clause
"""Ports below 1024 are used if that is allowed, else they move up by 10000;
then adit status says why, and the command that it shows cures it."""

import os
import shutil

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
    cure = None
    for name, uid, first, port in (("root", None, "1024", 23),
                                   ("plain", NOBODY, "1024", 10023),
                                   ("allowed", NOBODY, "0", 23),
                                   ("cured", NOBODY, "1024", 23)):
        with open(start, "w") as f:
            f.write(first)
        agent = t.agent(name=name, uid=uid)
        if name == "cured":
            # What setcap gives a program counts for nothing below nosuid.
            if (not shutil.which("setcap")
                    or os.statvfs(agent.dir).f_flag & os.ST_NOSUID):
                continue
            t.run([*cure.split()[:-1], f"{agent.dir}/adit"])
        agent.up()
        host, got = agent.listeners("telnet")[0]
        equal(got, port, f"port of the listener ({name})")
        more = {} if uid is None else {"user": uid, "group": uid}
        out = t.run(["/usr/bin/python3", "-c", ASK, host, str(port)], **more)
        matches("low", out, name)
        moved = [{"port": 23, "listen_port": 10023, "reason": "privileged"}]
        equal(agent.status()["resources"][0]["moved"],
              moved if port == 10023 else [], f"moved ({name})")
        if name == "plain":
            text = agent.ctl("status")
            matches(r"(?m)^telnet: port 23 is at 10023$", text, "where it is")
            found = matches(r"(?m)^    sudo (setcap \S+ \S+)$", text, "the cure")
            cure = found.group(1)
            equal(cure.split()[-1], f"{agent.dir}/adit", "the program")
        agent.down()
