# SPDX-License-Identifier: BSD-2-Clause
"""lftp sends and fetches a file in one session while the link is cut, goes
dark and the agent moves; it notices nothing: one login, no command twice."""

from lib import ftp, ftp_clients, link
from lib.base import check, equal, pause, wait_for
from lib.tcp import Task

TIMEOUT = 120
SIZE = 32 << 20
NEEDS = ["lftp"]


def run(t):
    way = link.Link(t)
    server = ftp.serve(t, "pyftpdlib")
    client = ftp_clients.client(t, "lftp", t.at("ftp"), False)
    client.settings = ("net:limit-total-rate 8M",)
    here = ftp.make(f"{client.dir}/up", SIZE)
    job = Task(client.lftp, f"put {here}", "get up -o back")
    for number in range(1, 6):
        wait_for(lambda: way.wires and way.wires[-1].carried > SIZE // 16,
                 "some of it to pass", within=60)
        if number % 2:
            way.go_dark(refuse=number == 1)
            pause(link.DARK)
        else:
            way.source = f"{t.net}.{80 + number}"
        check(job.is_alive(), "all was through too early")
        way.cut()
        way.come_back()
        link.resumed(t, number)
    job.result()
    ftp.same(here, f"{server.home}/up", "what was sent")
    ftp.same(here, f"{client.dir}/back", "what was fetched")
    equal(link.session(t)["resumed"], 5, "resumed, at the gateway")
    with open(server.log) as f:
        seen = f.read()
    equal([seen.count(f"{word} {server.home}/up") for word in ("STOR", "RETR")],
          [1, 1], "transfers in the server's log")
