# SPDX-License-Identifier: BSD-2-Clause
"""The installed unit starts what `aditctl init` has made for it, and again
after a reboot."""

import re

from lib.adit import PASSWORD
from lib.base import Skip, check, equal, matches
from lib.machine import Machine

ROOT = True
NEEDS = ["systemd-nspawn", "nsenter", "make"]
TIMEOUT = 240


def run(t):
    if t.sanitized():
        raise Skip("a sanitizer needs what the unit's sandbox refuses")
    m = Machine(t)
    t.run(["make", "-C", t.build, "install", f"DESTDIR={m.root}"], within=120)
    m.boot()
    folder = re.search(r"\[(\S+)/aditd\.ini\]", m.run("aditd", "--help"))[1]
    m.run("systemd-sysusers")
    m.run("aditctl", "init", folder, "--user", "alice", "--password-stdin",
          "--listen", "127.0.0.1:443", input=PASSWORD + "\n")
    matches(r": ok\n$", m.run("aditd", "-t"), "aditd -t")
    m.run("systemctl", "start", "aditd")
    serves(m)
    m.run("systemctl", "enable", "aditd")
    m.reboot()
    serves(m)
    m.off()


def serves(m):
    """As root would see it, without -c."""
    equal(m.run("systemctl", "is-active", "aditd"), "active\n", "the unit")
    matches(r"127\.0\.0\.1:443", m.run("aditctl", "stats"), "aditctl stats")
    owners = m.run("ps", "-o", "user=,comm=", "-C", "aditd-worker")
    check(owners.split()[0] == "adit", f"who the worker runs as: {owners}")
