# SPDX-License-Identifier: BSD-2-Clause
"""curl and wrk against nginx: pages, a file, keep-alive and new connections."""

from lib.base import check, equal, matches, show
from lib.servers import program

DIRECT = True
NEEDS = ["curl", "wrk", "nginx"]


def run(t):
    server = t.nginx()
    t.resource("web", server)
    t.up()
    url = "http://" + show(t.at("web"))
    equal(t.run(["curl", "-sS", url + "/"]), "x", "the page")
    with open(f"{server.files}/big", "wb") as f:
        f.truncate(32 << 20)
    size = t.run(["curl", "-sS", "-o", t.path("big"),
                  "-w", "%{http_code} %{size_download}", url + "/files/big"])
    equal(size, f"200 {32 << 20}", "a file")
    for header in "Connection: close", "X-Mode: keep-alive":
        out = t.run([program("wrk"), "-t1", "-c32", "-d2s", "-H", header,
                     url + "/"])
        check("Socket errors" not in out, f"{header}:\n{out}")
        count = matches(r"(\d+) requests in", out, header).group(1)
        check(int(count) > 100, f"{header}: only {count} requests")
