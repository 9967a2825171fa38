# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl invite` prints an adit.ini with which the user's agent comes up."""

import json
import os
import subprocess

from lib import pki
from lib.base import check, equal, matches, show
from lib.tcp import ask, dial

NAME = "vpn.example.org"
TRUSTED = "/etc/ssl/certs/ca-certificates.crt"


def run(t):
    t.resource("echo", t.echo())
    gw, at = t.gw, show((t.gw.host, t.gw.port))
    gw.start()
    text = gw.ctl("invite", "alice")
    matches(rf"\ngateway = {at}\n", text, "the address")
    matches(rf"\npin = {gw.pin}\n", text, "the pin")
    check("server_name" not in text, f"no name is needed: {text}")
    comes_up(t, text)
    gw.set(server_name=NAME)
    gw.reload()
    matches(rf"\ngateway = {NAME}:{gw.port}\n", gw.ctl("invite", "alice"),
            "the name")
    # What the world sees may be another address.
    text = gw.ctl("invite", "--address", at, "alice")
    matches(rf"\ngateway = {at}\n; .*\nserver_name = {NAME}\n", text,
            "--address")
    comes_up(t, text)
    said = json.loads(gw.ctl("--json", "invite", "alice", "--address",
                             "192.0.2.9"))
    equal([said[key] for key in ("user", "gateway", "addresses", "server_name",
                                 "pin")],
          ["alice", "main", [f"192.0.2.9:{gw.port}"], NAME, gw.pin], "JSON")
    check(f"pin = {gw.pin}\n" in said["ini"], f"ini in JSON: {said}")
    refused(t, 1, "there is no user eve; aditctl passwd eve adds", "eve")
    refused(t, 2, "expected what agents dial", "alice", "--address", "a b:1")
    gw.ctl("lock", "alice")
    done = call(t, "alice")
    equal(done.returncode, 0, "status for a locked user")
    matches("alice is locked", done.stderr, "a locked user")
    gw.ctl("unlock", "alice")
    all_addresses(t)
    authority(t)


def comes_up(t, text):
    with open(f"{t.ag.dir}/adit.ini", "w") as f:
        f.write(text)
        for key in "control", "loopback_net":
            f.write(f"{key} = {t.ag.conf['agent'][key]}\n")
    t.ag.ctl("up", "--password-file", t.ag.conf["agent"]["password_file"])
    equal(ask(dial(t.ag.at("echo"))), b"hello", f"with this file:\n{text}")
    t.ag.down()


def call(t, *words):
    return subprocess.run([t.tool("aditctl"), "-c", t.gw.conf_file, "invite",
                           *words], text=True, capture_output=True, timeout=20)


def refused(t, status, pattern, *words):
    done = call(t, *words)
    equal((done.returncode, done.stdout), (status, ""), f"invite {words}")
    matches(pattern, done.stderr, f"invite {words}")


def all_addresses(t):
    """Those that only this machine reaches are not for agents elsewhere."""
    gw = t.gw
    gw.conf[gw.title].pop("server_name")
    gw.set(listen="127.0.0.1:4443, 192.0.2.1:443, [2001:db8::1]:8443")
    gw.write()
    equal(gw.json("invite", "alice")["addresses"],
          ["192.0.2.1:443", "[2001:db8::1]:8443"], "addresses")
    gw.set(listen="0.0.0.0:443, [::]:443", server_name=NAME)
    gw.write()
    equal(gw.json("invite", "alice")["addresses"], [f"{NAME}:443"], "a name")


def authority(t):
    """Where an authority of the system vouches, keys may change: no pin."""
    if os.getuid() != 0 or not os.path.exists(TRUSTED):
        return
    ca = pki.authority(t, "ours")
    cert, key = pki.certificate(t, ca, NAME)
    t.gw.set(certificate=cert, private_key=key)
    t.gw.write()
    said = t.run(["unshare", "--mount", "sh", "-c",
                  f"mount --bind {ca} {TRUSTED} && exec \"$@\"", "sh",
                  t.tool("aditctl"), "-c", t.gw.conf_file, "invite", "alice"])
    check("pin =" not in said and "No pin: an authority" in said, said)
    check(f"\npin = {t.gw.ctl('pin').strip()}\n" in
          t.gw.ctl("invite", "alice"), "no pin for a private authority")
