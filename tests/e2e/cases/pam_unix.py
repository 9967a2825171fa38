# SPDX-License-Identifier: BSD-2-Clause
"""A user of the system logs in by PAM, and the groups of the system are those
of adit; a wrong password, a locked user and a stranger get one answer."""

from lib.base import check, children, comm, equal, wait_for
from lib.pam import Pam, refused
from lib.tcp import ask, dial

ROOT = True
STACK = """\
auth required pam_unix.so nodelay
account required pam_unix.so
session required pam_permit.so
password required pam_unix.so
"""


def run(t):
    pam = Pam(t, STACK, users=["alice", "bob"])
    pam.groups["vpn"] = ["alice"]
    echo = t.echo()
    t.gw.conf["resource echo"] = {"host": echo.host, "port": echo.port}
    t.gw.conf["group staff"] = {"pam": "vpn", "resources": "echo"}
    t.gw.start()
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "through adit")
    check("accepted" in t.gw.log(), t.gw.log())
    wait_for(lambda: "aditd-pam" not in map(comm, children(t.gw.process.pid)),
             "the process to end")
    t.ag.down()
    t.ag.conf["agent"]["user"] = "bob"
    t.ag.up()
    check("echo" not in t.ag.call("resources")[1], "bob has no group")
    t.ag.down()
    said = {refused(t, user, word) for user, word in (
        ("alice", "wrong"), ("mallory", "x"), ("root", "x"), ("a/b", "x"))}
    equal(len(said), 1, f"what is said: {said}")

