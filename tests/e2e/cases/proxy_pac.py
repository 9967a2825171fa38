# SPDX-License-Identifier: BSD-2-Clause
"""The proxy auto-configuration file leads the names of resources to the agent, all
else past it; no page of another site can read it."""

import json

from lib.base import check, equal
from lib.tcp import dial, fate

NET = True
NEEDS = ["curl", "node"]

ASK = """
const vm = require("vm"), box = {};
vm.createContext(box);
vm.runInContext(process.argv[1], box);
console.log(JSON.stringify(JSON.parse(process.argv[2]).map(
    (url) => box.FindProxyForURL(url, new URL(url).hostname))));
"""


def run(t):
    t.resource("files", host="files.corp.example", port="80, 8000-8010")
    t.resource("all", host="any", port=443, names="*.dev.example",
               allow=f"{t.far.ip}/32")
    t.resource("wiki", url="https://Wiki.corp.example:8443/")
    t.resource("hidden", host="secret.corp.example", port=80,
               hide_address="yes")
    t.gw.hosts = [(t.far.ip, name + ".corp.example")
                  for name in ("files", "wiki", "secret")]
    t.ag.socks()
    t.up()
    proxy = t.ag.status()["socks"]
    url = json.loads(t.ag.ctl("env", "--json"))["pac"]
    equal(url, f"http://{proxy}/proxy.pac", "its URL")
    head, pac = t.run(["curl", "-sS", "-i", url]).replace("\r", "") \
        .split("\n\n", 1)
    check("\nContent-Type: application/x-ns-proxy-autoconfig\n" in head, head)
    check("secret" not in pac and t.far.ip not in pac, pac)

    through = ["http://files.corp.example/", "http://FILES.corp.example./a",
               "http://files.corp.example:8000/x",
               "ws://files.corp.example/", "https://a.b.dev.example/?http://x",
               "https://wiki.corp.example:8443/page"]
    past = ["https://files.corp.example/", "http://files.corp.example:8011/",
            "http://corp.example/", "http://xfiles.corp.example/",
            "https://dev.example/", "https://a.dev.example.org/",
            "https://wiki.corp.example/", "http://secret.corp.example/",
            "http://[::1]:80/", "https://u:p@www.example.org/"]
    found = json.loads(t.run(["node", "-e", ASK, pac,
                              json.dumps(through + past)]))
    for where, answer in zip(through + past, found):
        equal(answer, f"PROXY {proxy}" if where in through else "DIRECT",
              where)

    # A page whose name leads here (DNS rebinding).
    said = t.run(["curl", "-sS", "-H", "Host: evil.example", "-i", url])
    check(said.startswith("HTTP/1.1 403 ") and "files" not in said, said)
    host, port = proxy.rsplit(":", 1)
    # What is neither SOCKS5 nor HTTP gets no answer.
    sock = dial((host, int(port)))
    sock.sendall(b"\x16\x03\x01\0\x05hello")
    equal(fate(sock)[1], b"", "TLS at this port")
