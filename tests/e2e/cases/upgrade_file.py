# SPDX-License-Identifier: BSD-2-Clause
"""Another version takes the place of the file, and then of the process; what
cannot take over is refused, and the old one goes on."""

import os
import shutil

from lib import link
from lib.base import check, equal
from lib.tcp import ask, dial

TIMEOUT = 120


def replace(at, data, mode=0o755):
    """As dpkg does it: the old file lives on as long as somebody runs it."""
    with open(f"{at}.new", "wb") as f:
        f.write(data)
    os.chmod(f"{at}.new", mode)
    os.rename(f"{at}.new", at)


def refused(t, *words):
    said = t.run([t.tool("aditctl"), "-c", t.gw.conf_file, "upgrade"],
                      check=False)
    for word in words:
        check(word in said, f"no {word} in: {said}")


def run(t):
    os.mkdir(t.path("bin"), 0o755)
    t.gw.program = program = t.path("bin/aditd")
    shutil.copy(t.tool("aditd"), program)
    with open(program, "rb") as f:
        data = f.read()
    t.resource("echo", t.echo())
    t.up()
    kept = dial(t.ag.at("echo"))
    equal(ask(kept), b"hello", "before")
    version = t.gw.json("stats")["version"]
    # The linker lets shorter texts be the ends of longer ones.
    other = "9" * (len(version) - 1) + version[-1]
    replace(program, data.replace(version.encode() + b"\0",
                                  other.encode() + b"\0"))
    check(other in t.gw.ctl("upgrade"), "the new version")
    equal(t.gw.json("stats")["version"], other, "the version that runs")
    link.resumed(t, 1)
    equal(ask(kept), b"hello", "after the upgrade")

    replace(program, b"#!/bin/sh\necho no such option >&2; exit 2\n")
    refused(t, "cannot take over", "no such option")
    os.unlink(program)
    refused(t, "cannot take over", "No such file")
    replace(program, data)
    t.gw.set(resume_grace="tomorrow")
    t.gw.write()
    refused(t, "cannot take over", "resume_grace")
    equal(ask(kept), b"hello", "refused thrice")
    equal(t.ag.status()["resumed"], 1, "resumed without need")
    t.gw.set(resume_grace="9m")
    t.gw.write()
    refused(t, "reload first")
    t.gw.ctl("reload")
    t.gw.ctl("upgrade")
    equal(t.gw.json("stats")["version"], version, "the old version again")
    link.resumed(t, 2)
    equal(ask(kept), b"hello", "at the end")

    # Asked by its old name: the new one counts from a restart on.
    server, old = t.gw.conf["server"], t.gw.conf_file
    was = shutil.copy(old, t.path("was.ini"))
    server["control"] += ".new"
    t.gw.write()
    t.gw.conf_file = was
    t.gw.ctl("reload")
    refused(t, "control has changed", "restart")
    t.gw.conf_file = old
    equal(ask(kept), b"hello", "where nothing has changed")
