# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl init --name` is in aditd.ini, in the certificate and in what it
prints; `aditctl pin` prints the pin without a gateway that runs."""

import json
import shutil
import subprocess

from lib.base import check, equal, matches, show
from lib.tcp import ask, dial

NAME = "vpn.example.org"


def run(t):
    t.resource("echo", t.echo())
    listen = show((t.gw.host, t.gw.port))
    text = init(t, "named", "--name", NAME + ".", "--listen", listen)
    matches(rf"adit up --gateway {NAME}:{t.gw.port} --user admin "
            r"--pin sha256:[0-9a-f]{64}\n", text, "the line for the user")
    conf = t.path("named", "aditd.ini")
    with open(conf) as f:
        matches(rf"\nserver_name = {NAME}\n", f.read(), "aditd.ini")
    pin = t.run([t.tool("aditctl"), "-c", conf, "pin"]).strip()
    check(f"--pin {pin}\n" in text, f"{pin} is not the pin in {text}")
    said = json.loads(init(t, "json", "--name", NAME, "--json"))
    equal((said["gateway"], said["server_name"]), (f"{NAME}:443", NAME),
          "JSON")
    for bad in ("192.0.2.1", "vpn.example.org:443", "*.example.org", "a b", ""):
        refused(t, bad)
    by_name_and_address(t)
    several(t)


def init(t, folder, *words):
    return t.run([t.tool("aditctl"), "init", t.path(folder), *words,
                  "--password-stdin"], input="word\n")


def refused(t, name):
    done = subprocess.run(
        [t.tool("aditctl"), "init", t.path("bad"), "--name", name,
         "--password-stdin"], input="word\n", text=True, capture_output=True,
        timeout=20)
    equal(done.returncode, 2, f"status of --name {name!r}: {done.stderr}")
    matches("expected the host name", done.stderr, f"--name {name!r}")


def by_name_and_address(t):
    """Without a pin the names in the certificate count: both are there."""
    for name in "cert", "key":
        shutil.copy(t.path("named", "tls", f"{name}.pem"),
                    t.path("gateway", "tls", f"{name}.pem"))
    t.gw.set(server_name=NAME)
    t.gw.start()
    agent = t.ag.conf["agent"]
    del agent["pin"]
    agent["ca"] = t.path("gateway", "tls", "cert.pem")
    for name in NAME, None:
        agent.update(server_name=name)
        if not name:
            del agent["server_name"]
        t.ag.up()
        equal(ask(dial(t.ag.at("echo"))), b"hello", f"server_name {name}")
        t.ag.down()


def several(t):
    gw = t.gw
    equal(gw.ctl("pin", "--gateway", "main").strip(), gw.json("pin")["pins"]
          [0]["pin"], "the only pin")
    gw.conf["gateway other"] = dict(gw.conf[gw.title], groups="everyone",
                                    server_name="other.example")
    gw.set(groups="everyone")
    gw.write()
    lines = dict(line.split() for line in gw.ctl("pin").splitlines())
    equal(sorted(lines), ["main", "other"], "pins of two gateways")
    equal(gw.ctl("pin", "--gateway", "other").strip(), lines["other"],
          "one of them")
