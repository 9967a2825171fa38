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
    for action in "up", "down":
        way.share = SIZE // 6
        way.wires[-1].carry_no_more_than(way.share)
        job = Task(transfer, client, action, here)
        for part in 1, 2, 3:
            wait_for(lambda: way.wires and way.wires[-1].is_full(),
                     f"part {part} to pass")
            way.share = way.share if part < 3 else None
            if variant == "upgrade" and part == 2:
                t.gw.ctl("upgrade")
                way.wires[-1].carry_on()
            else:
                way.cut()
        job.result()
    ftp.same(here, f"{server.home}/up", "what was sent")
    ftp.same(here, f"{client.dir}/down/up", "what was fetched")
    check(link.session(t)["resumed"] >= 6, "it was hardly cut")


def transfer(client, action, here):
    if action == "up":
        client.curl("--limit-rate", "24M", "-T", here, client.url("up"))
    else:
        client.curl("--limit-rate", "24M", "--create-dirs", "-o",
                    f"{client.dir}/down/up", client.url("up"))
