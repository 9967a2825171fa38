# SPDX-License-Identifier: BSD-2-Clause
"""Programs and plugins below a folder that is closed to the worker's user, as
root's home is; and files that it may not read, which `aditd -t` tells of."""

import os
import shutil

from lib import parley
from lib.base import check, equal, matches
from lib.tcp import ask

ROOT = True


def run(t):
    server = t.echo()
    t.resource("echo", server)
    parley.use(t, "parley")
    home = t.path("home")
    os.mkdir(home, 0o700)
    shutil.move(t.path("plugins"), f"{home}/plugins")
    shutil.copy(t.tool("aditd"), f"{home}/aditd")
    t.gw.conf["server"]["plugin_dir"] = f"{home}/plugins"
    t.gw.program = f"{home}/aditd"
    t.gw.write()
    matches(r": ok\n$", test(t), "aditd -t")
    t.up()
    equal(ask(t.dial("echo")), b"hello", "the echo")
    loaded(t, "parley")

    parley.build(t, f"{home}/plugins", "greedy")
    t.gw.conf["plugin greedy"] = {}
    t.gw.reload()
    t.gw.ctl("upgrade")
    loaded(t, "greedy")
    t.gw.stop()

    os.chmod(f"{home}/plugins/greedy.so", 0o700)
    refused(t, r"aditd\.ini:\d+: \[plugin greedy\]: \S+/greedy\.so: the user .*"
            r"chmod a\+r ")
    os.chmod(f"{home}/plugins/greedy.so", 0o755)
    os.chmod(f"{home}/aditd", 0o700)
    refused(t, r"home/aditd: the user .* chmod a\+rx ")


def loaded(t, name):
    names = [p["name"] for p in t.gw.json("plugins")["plugins"]]
    check(name in names, f"no {name} among {names}")


def test(t):
    return t.run([t.gw.program, "-t", "-c", t.gw.conf_file], check=False)


def refused(t, why):
    matches(why, test(t), "aditd -t")
    matches(why, t.run([t.gw.program, "-c", t.gw.conf_file], check=False),
            "the start")
