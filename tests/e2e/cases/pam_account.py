# SPDX-License-Identifier: BSD-2-Clause
"""The stage account: groups from ADIT_GROUPS; at a reload PAM is asked again
about users who have sessions, and who may not come in any more loses his."""

import os

from lib.base import check, equal, wait_for
from lib.pam import Pam, module
from lib.tcp import ask, dial

ROOT = True


def run(t):
    odd, groups = module(t), t.write("groups", "contractors,night\n")
    Pam(t, f"auth required {odd} hang\naccount required {odd} groups {groups}\n"
           "session required pam_permit.so\n")
    echo = t.echo()
    t.gw.conf["resource echo"] = {"host": echo.host, "port": echo.port}
    t.gw.conf["group late"] = {"pam": "night", "resources": "echo"}
    t.gw.start()
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "through adit")
    t.write("groups", "contractors\n")
    t.gw.ctl("reload")
    wait_for(lambda: "echo" not in t.ag.call("resources")[1],
             "the group to be taken", 10)
    t.write("groups", "night\n")
    t.gw.ctl("reload")
    wait_for(lambda: "echo" in t.ag.call("resources")[1],
             "the group to come back", 10)
    t.gw.ctl("upgrade")
    t.ag.wait_state("connected", 30)
    equal(ask(dial(t.ag.at("echo"))), b"hello", "after an upgrade")
    os.unlink(groups)
    t.gw.ctl("reload")
    wait_for(lambda: not t.gw.json("sessions")["sessions"], "the session to end", 10)
    check("the session ends" in t.gw.log(), t.gw.log())
