# SPDX-License-Identifier: BSD-2-Clause
"""curl sends and fetches a file by FTP, and in between the link is cut, or another
aditd takes over."""

from lib import ftp, ftp_clients, link
from lib.base import check, wait_for
from lib.tcp import Task

TIMEOUT = 120
VARIANTS = "cut", "upgrade"
SIZE = 24 << 20


def run(t, variant):
    way = link.Link(t)
    server = ftp.serve(t, "pyftpdlib")
    client = ftp_clients.client(t, "curl", t.at("ftp"), False)
    here = ftp.make(f"{client.dir}/up", SIZE)
    before = way.wires[-1].carried

    def cut_in_mid():
        for part in 1, 2, 3:
            wait_for(lambda: way.wires and way.wires[-1].carried
                     > (before if part == 1 else 0) + SIZE // 6,
                     f"part {part} to pass")
            if variant == "upgrade" and part == 2:
                t.gw.ctl("upgrade")
            else:
                way.cut()

    for action in "up", "down":
        job = Task(transfer, client, action, here)
        cut_in_mid()
        job.result()
        before = way.wires[-1].carried if way.wires else 0
    ftp.same(here, f"{server.home}/up", "what was sent")
    ftp.same(here, f"{client.dir}/down/up", "what was fetched")
    check(link.session(t)["resumed"] >= 4, "it was hardly cut")


def transfer(client, action, here):
    if action == "up":
        client.curl("--limit-rate", "24M", "-T", here, client.url("up"))
    else:
        client.curl("--limit-rate", "24M", "--create-dirs", "-o",
                    f"{client.dir}/down/up", client.url("up"))
