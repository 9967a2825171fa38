# SPDX-License-Identifier: BSD-2-Clause
"""systemctl says so when a start or a reload of the installed unit fails."""

from lib import machine
from lib.base import check, equal, matches

ROOT = True
NEEDS = machine.NEEDS
TIMEOUT = 240


def run(t):
    m = machine.Machine(t)
    m.install()
    m.boot()
    folder = m.init()
    ini = f"{folder}/aditd.ini"
    with open(m.path(ini)) as f:
        good = f.read()
    # In a folder that the unit makes read-only.
    fails(m, ini, good.replace("[server]", "[server]\ncontrol = /usr/aditd.sock"),
          "start", r"aditd\.sock: Read-only file system")
    matches(r"aditd\.sock: the service aditd can write to", m.run("aditd", "-t"),
            "aditd -t, which sees more than the service")
    m.run("systemctl", "stop", "aditd")
    m.run("cp", "-r", f"{folder}/tls", "/root")
    fails(m, ini, good.replace("= tls/", "= /root/tls/"), "start",
          r"/root/tls/cert\.pem: No such file")
    matches(r"certificate = \S+: the service aditd cannot see /root/",
            m.run("aditd", "-t"), "aditd -t, which sees more than the service")
    fails(m, ini, good + "[gatewey x]\n", "start", "gatewey")
    equal(m.run("systemctl", "show", "-P", "NRestarts", "aditd"), "0\n",
          "starts again with a configuration that is wrong")
    write(m, ini, good)
    m.run("systemctl", "start", "aditd")
    pid = m.run("systemctl", "show", "-P", "MainPID", "aditd")
    fails(m, ini, good + "[resource x]\nhots = 1\n", "reload", "hots.*host")
    write(m, ini, good + "[resource x]\nhost = 10.0.0.1\nport = 1\n")
    m.run("systemctl", "reload", "aditd")
    equal(m.run("systemctl", "is-active", "aditd"), "active\n", "the unit")
    equal(m.run("systemctl", "show", "-P", "MainPID", "aditd"), pid,
          "the process")
    m.run("systemctl", "stop", "aditd")
    m.off()


def write(m, ini, text):
    with open(m.path(ini), "w") as f:
        f.write(text)


def fails(m, ini, text, verb, why):
    write(m, ini, text)
    status, said = m.call("systemctl", verb, "aditd")
    check(status != 0, f"systemctl {verb} says nothing of /{why}/: {said}")
    log = m.run("journalctl", "-u", "aditd", "--no-pager", "-o", "cat")
    matches(why, log, f"the journal after systemctl {verb}")
