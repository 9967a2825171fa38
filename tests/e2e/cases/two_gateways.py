# SPDX-License-Identifier: BSD-2-Clause
"""Two virtual gateways on one address, told apart by SNI."""

from lib import pki
from lib.adit import PASSWORD
from lib.base import check, equal
from lib.tcp import ask, dial


def run(t):
    ca = pki.authority(t, "ours")
    gw = t.gw
    corp = gw.conf[gw.title]
    for name in "corp", "lab":
        cert, key = pki.certificate(t, ca, f"{name}.example")
        gw.conf[f"gateway {name}"] = dict(
            corp, server_name=f"{name}.example", certificate=cert,
            private_key=key, users=f"{name}.users", groups=name)
        server = t.echo()
        gw.conf[f"resource {name}-echo"] = {
            "host": server.host, "port": server.port}
        gw.conf[f"group {name}"] = {"users": "*",
                                    "resources": f"{name}-echo"}
    if gw.title not in ("gateway corp", "gateway lab"):
        del gw.conf[gw.title]
    gw.write()
    for name, user in ("corp", "alice"), ("lab", "bob"):
        gw.ctl("passwd", "--gateway", name, user, "--password-stdin",
               input=PASSWORD + "\n")
    gw.start()
    for name, user in ("corp", "alice"), ("lab", "bob"):
        agent = t.agent(name=name, user=user)
        agent.conf["agent"].update(ca=ca, server_name=f"{name}.example")
        del agent.conf["agent"]["pin"]
        agent.up()
        names = [r["name"] for r in agent.status()["resources"]]
        equal(names, [f"{name}-echo"], f"resources of {user}")
        equal(ask(dial(agent.at(f"{name}-echo"))), b"hello", name)
    sessions = {(s["user"], s["gateway"])
                for s in gw.json("sessions")["sessions"]}
    equal(sessions, {("alice", "corp"), ("bob", "lab")}, "sessions")
    stranger = t.agent(name="stranger", user="bob")
    del stranger.conf["agent"]["pin"]
    for name in "corp.example", "unknown.example", None:
        stranger.conf["agent"].update(ca=ca, server_name=name)
        if not name:
            del stranger.conf["agent"]["server_name"]
        stranger.write()
        status, text = stranger.call("up")
        check(status == 1, f"bob at {name}: {status} {text}")
