# SPDX-License-Identifier: BSD-2-Clause
"""Constructors of plugins run as the worker's user, whoever loads the plugin:
aditd -t, a start, a reload with another plugin, an upgrade."""

import pwd
import re

from lib import parley
from lib.base import equal

ROOT = True


def users(text):
    return {int(n) for n in re.findall(r"^constructor: user (\d+)$", text, re.M)}


def run(t):
    user = pwd.getpwnam(t.gw.conf["server"]["user"]).pw_uid
    parley.use(t, "maker")
    t.resource("ctl", t.listen(), plugin="maker")
    t.up()
    equal(users(t.gw.log()), {user}, "at the start")
    said = t.run([t.tool("aditd"), "-t", "-c", t.gw.conf_file], check=False)
    equal(users(said), {user}, "aditd -t")
    said = t.gw.ctl("check")
    equal(users(said), {user}, "aditctl check")
    before = len(t.gw.log())
    t.gw.conf["server"]["threads"] = 2
    t.gw.reload()
    equal(users(t.gw.log()[before:]), {user}, "a reload with a new worker")
    before = len(t.gw.log())
    t.gw.ctl("upgrade")
    equal(users(t.gw.log()[before:]), {user}, "an upgrade")
