# SPDX-License-Identifier: BSD-2-Clause
"""An ordinary user's agent shows ports below 1024 elsewhere: every number leads
to the server's port of that number or to none, and a web page is at a port that
fetch() takes.  The same at each start, and for hosts of a resource for any."""

import threading

from lib.base import check, equal, matches
from lib.servers import program

NET = True
NEEDS = ["node"]
NOBODY = 65534
LISTS = {               # of the resource: where each is then
    "ssh": {22: 20022, 10022: 10022},
    "turned": {10022: 10022, 22: 20022},
    "web": {80: 8080, 443: 8443, 10080: 10080, 10443: 10443},
    "page": {80: 8080},
    "pages": {80: 20080, 8080: 8080, 6443: 6443},
    "range": {1020: 11020, 1021: 11021, 1022: 11022, 1023: 11023, 1024: 1024},
    "chosen": {25: 2525, 26: 2526},
    "low": {25: 10587, 26: 10588},
}
READ = """
import socket, sys
print(socket.create_connection((sys.argv[1], int(sys.argv[2])), 10).recv(9))
"""
FETCH = """
fetch(process.argv[1]).then(r => r.text()).then(console.log,
        e => { console.log(e.cause); process.exit(1) })
"""


def run(t):
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w") as f:
        f.write("1024")
    with t.far:
        t.nginx(t.far.ip, 80)
        for port in 22, 10022:
            name_itself(t, port)
    for name, ports in LISTS.items():
        t.resource(name, host=t.far.ip, port=", ".join(map(str, ports)))
    t.resource("link", url=f"http://{t.far.ip}/")
    t.resource("any", host="any", port="80, 443, 1-21", allow="10.0.0.0/8")
    t.gw.start()
    agent = t.agent(uid=NOBODY)
    agent.conf["listen chosen"] = {"port": 2525}
    agent.conf["listen low"] = {"port": 587}
    agent.conf["listen any"] = {"map": t.far.ip}
    agent.up()
    seen(t, agent)
    found = agent.status()
    agent.down()
    agent.up()
    equal(agent.status()["resources"], found["resources"], "a second start")


def seen(t, agent):
    for name, places in LISTS.items():
        listens = agent.listeners(name)
        equal([port for _, port in listens], list(places.values()), name)
    for port, at in LISTS["ssh"].items():
        host, _ = agent.at("ssh", port)
        out = as_nobody(t, "/usr/bin/python3", "-c", READ, host, str(at))
        equal(out.strip(), f"b'{port}'", f"what is at {at}")
    equal([port for _, port in agent.listeners("link")], [8080], "a Web-Link")
    host, port = agent.at("link")
    out = as_nobody(t, program("node"), "-e", FETCH,
                    f"http://{host}:{port}/host")
    check(host in out, f"what fetch() got: {out}")
    mapped = agent.status()["maps"][0]["listen"]
    check([m.rpartition(":")[2] for m in mapped][:2] == ["8080", "8443"],
          f"a mapped host listens at {mapped}")
    text = agent.ctl("status")
    matches(r"(?m)^web: port 80 is at 8080, 443 is at 8443$", text, "web")
    matches(r"(?m)^ssh: port 22 is at 20022$", text, "ssh")
    matches("Ports below 1024 need a right", text, "why")


def as_nobody(t, *args):
    return t.run(args, user=NOBODY, group=NOBODY, cwd="/")


def name_itself(t, port):
    """A server that says its port, and ends."""
    listener = t.listen(t.far.ip, port)

    def serve():
        while True:
            with listener.accept() as sock:
                sock.sendall(b"%d" % port)
    listener.sock.settimeout(None)
    threading.Thread(target=serve, daemon=True).start()
