# SPDX-License-Identifier: BSD-2-Clause
"""The installed unit starts what `aditctl init` has made for it, and again
after a reboot."""

from lib import machine
from lib.base import check, equal, matches

ROOT = True
NEEDS = machine.NEEDS
TIMEOUT = 240


def run(t):
    m = machine.Machine(t)
    m.install()
    closed = t.run(["find", f"{m.dir}/upper", "-type", "d", "!", "-perm",
                    "-005", "-path", "*adit*"])
    check(not closed, f"folders that others cannot enter: {closed}")
    m.boot()
    folder = m.init()
    matches(r": ok\n$", m.run("aditd", "-t"), "aditd -t")
    m.run("systemctl", "start", "aditd")
    serves(m)
    leaves_agents_alone(m, folder)
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


def leaves_agents_alone(m, folder):
    """The gateway's folder is closed to users, who run agents here too."""
    someone = ["runuser", "-u", "nobody", "--", "env", "HOME=/tmp", "adit"]
    equal(m.run(*someone, "list"), "there is no adit.ini; see adit.ini(5)\n",
          "the configurations of another user")
    status, text = m.call(*someone, "up", "--gateway", "127.0.0.1:443",
                          "--user", "alice", "--password-stdin", "--once",
                          input="wrong\n")
    matches("certificate is not trusted", text, "adit of another user")
    m.run("chmod", "755", folder)
    equal(m.run(*someone, "list"), "there is no adit.ini; see adit.ini(5)\n",
          "the same, where the folder is open")
