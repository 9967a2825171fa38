# SPDX-License-Identifier: BSD-2-Clause
"""adit reload: what can change does, without a new login and with connections
that go on; what cannot is said, and a wrong file changes nothing."""

import json

from lib.base import check, equal, free_port, host_port, matches, show
from lib.tcp import ask, dial


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.resource("any", host="any", port=server.port, allow=f"{t.server_ip}/32")
    t.up()
    app = dial(t.ag.at("echo"))
    equal(ask(app), b"hello", "before")
    session = t.gw.json("sessions")["sessions"][0]["session"]

    def reload(*flags):
        t.ag.write()
        return t.ag.ctl("reload", *flags)

    matches("nothing has changed", reload(), "the same file")
    host = t.gateway_ip
    port = free_port(host)
    t.ag.conf["agent"]["socks"] = show((host, port))
    t.ag.conf["listen echo"] = {"address": host, "port": free_port(host)}
    t.ag.conf["listen any"] = {"map": t.server_ip}
    t.ag.conf["agent"]["user"] = "bob"
    report = json.loads(reload("--json"))
    equal(report, {"changed": ["socks", "listen echo", "listen any"],
                   "kept": ["user"]}, "the report")
    status = t.ag.status()
    equal(status["socks"], show((host, port)), "socks")
    equal(status["user"], "alice", "user")
    place = (host, t.ag.conf["listen echo"]["port"])
    equal(status["resources"][0]["listen"], [show(place)], "listen")
    equal(ask(dial(place)), b"hello", "at the new place")
    equal(ask(dial(host_port(status["maps"][0]["listen"][0]))), b"hello",
          "the map")
    equal(ask(app), b"hello", "the old connection")

    # Kept until down, and changed back without a word.
    t.ag.conf["agent"]["user"] = "alice"
    del t.ag.conf["listen any"]
    matches("changed: listen any$", reload(), "the map is gone")
    equal(t.ag.status()["maps"], [], "maps")

    t.ag.conf["agent"]["sock"] = "127.0.0.1:1"
    t.ag.write()
    status, text = t.ag.call("reload")
    check(status == 1 and "adit.ini" in text and "socks" in text, text)
    del t.ag.conf["agent"]["sock"]
    t.ag.conf["agent"]["gateway"] = f"{host}:1, {show((t.gw.host, t.gw.port))}"
    matches("changed: gateway", reload(), "another gateway before it")
    equal(ask(app), b"hello", "the old connection")
    equal(t.ag.status()["gateway"], show((t.gw.host, t.gw.port)), "gateway")
    sessions = t.gw.json("sessions")["sessions"]
    equal([s["session"] for s in sessions], [session], "sessions")
