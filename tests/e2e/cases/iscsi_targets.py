# SPDX-License-Identifier: BSD-2-Clause
"""libiscsi asks one portal of a real tgtd for targets, and logs in to the
portal that the answer names, of which no resource knows.  Disks are as large as
without adit, and no answer names an inner address."""

import os
import re
import subprocess

from lib.base import check, equal
from lib.servers import Server, program, unpacked_program

NET = DIRECT = True
DISKS, SIZE = 3, 8 << 20


def tgtd(t, first):
    """With DISKS targets, which it names by the address of its portal."""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    os.makedirs("/run/tgtd")
    server = Server(*first).start(
        [*unpacked_program("usr/sbin/tgtd"), "-f", "-C", "7", "--iscsi",
         "portal=%s:%d" % first], t.path("tgtd.log"))

    def admin(*args):
        t.run([*unpacked_program("usr/sbin/tgtadm"), "-C", "7", "--lld",
               "iscsi", "--op", *args])

    for tid in range(1, DISKS + 1):
        with open(t.path(f"disk{tid}"), "wb") as f:
            f.truncate(SIZE)
        admin("new", "--mode", "target", "--tid", str(tid), "-T",
              f"iqn.2026-11.example:disk{tid}")
        admin("new", "--mode", "logicalunit", "--tid", str(tid), "--lun", "1",
              "-b", t.path(f"disk{tid}"))
        admin("bind", "--mode", "target", "--tid", str(tid), "-I", "ALL")
    return server


def portal(t, at, to):
    """Another address, as a storage network has it for discovery."""
    return Server(*at).start(
        [program("socat"), f"TCP-LISTEN:{at[1]},bind={at[0]},fork,reuseaddr",
         "TCP:%s:%d" % to], t.path("portal.log"))


def client(t, name, at, path=""):
    return t.run([*unpacked_program(f"usr/bin/{name}"),
                  *(["-s"] if name == "iscsi-ls" else []),
                  "iscsi://%s:%d/%s" % (*at, path)])


def targets(t, at):
    """{name: (host, port)} of what the portal tells, each logged in to."""
    said = client(t, "iscsi-ls", at)
    equal(said.count("Size:7M"), DISKS, said)
    return {name: (host, int(port)) for name, host, port in re.findall(
        r"Target:(\S+) Portal:([\d.]+):(\d+),1", said)}


def run(t):
    with t.far:
        target = tgtd(t, t.place(t.far.ip))
        asked = portal(t, t.place(t.far.ip2), (target.host, target.port))
    t.plugin("iscsi")
    t.resource("san", asked, plugin="iscsi", redirect_allow=f"{t.far.ip}/32")
    t.up()
    found = targets(t, t.at("san"))
    equal(len(found), DISKS, found)
    for name, at in found.items():
        said = client(t, "iscsi-readcapacity16", at, f"{name}/1")
        check(f"Total size:{SIZE}" in said, said)
    if t.direct:
        return
    check(all(host.startswith("127.") for host, _ in found.values()), found)
    equal(targets(t, t.at("san")), found, "the same addresses again")
    t.reason(f'evt=channel .*target="{target.host}:{target.port}"')
