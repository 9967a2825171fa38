# SPDX-License-Identifier: BSD-2-Clause
"""A configuration in several files: reload and upgrade see all of them."""

import os

from lib.adit import ini_text
from lib.base import equal, matches, wait_for
from lib.tcp import ask, dial

MANY = 300


def put(t, name, sections):
    with open(f"{t.gw.dir}/conf.d/{name}", "w") as f:
        f.write(ini_text(sections))


def run(t):
    servers = {name: t.echo() for name in ("one", "two")}
    os.mkdir(f"{t.gw.dir}/conf.d", 0o755)
    main = t.gw.write
    t.gw.write = lambda: (main(), include(t))
    for name, server in servers.items():
        put(t, f"{name}.ini", {f"resource {name}": {
            "host": server.host, "port": server.port}})
    # Lines of some kilobytes.
    unused = [f"unused-{i}" for i in range(MANY)]
    put(t, "unused.ini", {f"resource {name}": {
        "host": "127.0.0.9", "port": 9, "allow": "127.0.0.9"}
        for name in unused})
    put(t, "groups.ini", {
        "group staff": {
            "users": ", ".join([*(f"user{i}" for i in range(MANY)), "alice"]),
            "resources": "one"},
        "group others": {
            "users": "bob", "resources": ", ".join([*unused, "one"])}})
    t.gw.start()
    t.ag.up()
    t.ag.wait_state("connected")
    sock = dial(t.ag.at("one"))
    equal(ask(sock), b"hello", "one")
    put(t, "two.ini", {"resource two": {"host": servers["two"].host,
                                        "prot": 1}})
    for command in "reload", "check":
        out = t.gw.ctl(command, check=False)
        matches(r"conf\.d/two\.ini:3: .*prot.*port", out, command)
    put(t, "two.ini", {"resource two": {
        "host": servers["two"].host, "port": servers["two"].port}})
    put(t, "more.ini", {"group more": {"users": "*", "resources": "two"}})
    out = t.gw.ctl("upgrade", check=False)
    matches("configuration or a certificate has changed", out, "upgrade")
    t.gw.ctl("reload")
    wait_for(lambda: t.ag.listeners("two"), "the listener of two")
    equal(ask(dial(t.ag.at("two"))), b"hello", "two, after the reload")
    t.gw.ctl("upgrade")
    equal(ask(sock), b"hello", "the channel, after the upgrade")
    equal(ask(dial(t.ag.at("two"))), b"hello", "two, after the upgrade")
    out = t.gw.ctl("why", "--as", "alice",
                   f"{servers['two'].host}:{servers['two'].port}")
    matches("two", out, "aditctl why")
    os.chmod(f"{t.gw.dir}/conf.d/more.ini", 0o666)
    out = t.gw.ctl("reload", check=False)
    matches(r"aditd\.ini:1: include: .*more\.ini: other users may write to it",
            out, "a file that others may write")
    equal(ask(sock), b"hello", "the channel in the end")


def include(t):
    with open(t.gw.conf_file) as f:
        text = f.read()
    with open(t.gw.conf_file, "w") as f:
        f.write("include = conf.d\n" + text)
