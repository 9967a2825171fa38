# SPDX-License-Identifier: BSD-2-Clause
"""A machine with the packages: gateway, the user's agent, a reboot with nobody
there, an upgrade that no connection notices, and a purge that leaves nothing.

tests/machines/package makes the packages and the machine, and runs this.
"""

import glob
import json
import os
import shutil
import time

from lib.adit import PASSWORD
from lib.base import Skip, check, equal, wait_for
from lib.machine import Machine

ROOT = True
NEEDS = ["systemd-nspawn", "nsenter"]
TIMEOUT = 300

# Another service of the machine, which answers with what it hears.
ECHO = {
    "echo.socket": """\
        [Socket]
        ListenStream=127.0.0.1:7
        Accept=yes
        [Install]
        WantedBy=sockets.target
        """,
    "echo@.service": """\
        [Service]
        ExecStart=/bin/cat
        StandardInput=socket
        """}
RESOURCE = """
[resource echo]
host = 127.0.0.1
port = 7

[group staff]
users = alice
resources = echo
"""
# bob's program: says two words, the second one when it is told to.
TALK = """
exec 3<>/dev/tcp/${1%:*}/${1##*:} || exit
for word in one two; do
    echo $word >&3 && read -r -t 20 answer <&3 && echo $answer
    [ $word = two ] || read -r < ~/go
done
"""
ADMIN = ("/etc/adit/", "/etc/passwd-", "/etc/shadow-", "/etc/group-",
         "/etc/gshadow-")


def run(t):
    debs = os.environ.get("ADIT_DEBS")
    if not debs:
        raise Skip("no ADIT_DEBS, a folder of packages: see "
                   "tests/machines/package")
    m = Packaged(t, debs)
    for step in (m.install, m.start_gateway, m.start_agent, m.connected,
                 m.reboot, m.connected, m.restart_gateway, m.connected,
                 m.kill_agent, m.connected, m.upgrade, m.purge):
        begin = time.monotonic()
        told = step() or ""
        print(f"{step.__doc__:52} {time.monotonic() - begin:5.1f} s  {told}",
              flush=True)
    m.off()


class Packaged(Machine):
    def __init__(self, t, debs):
        super().__init__(t, lower=os.environ.get("ADIT_MACHINE", "/"))
        for name, text in ECHO.items():
            t.write(name, text)
            shutil.copy(t.path(name), self.path("/etc/systemd/system"))
        os.mkdir(self.path("/debs"))
        for deb in glob.glob(f"{debs}/adit*.deb"):
            shutil.copy(deb, self.path("/debs"))
        self.boot()
        self.run("systemctl", "enable", "--now", "echo.socket")
        self.run("useradd", "--create-home", "bob")
        self.run("loginctl", "enable-linger", "bob")
        self.uid = self.run("id", "-u", "bob").strip()
        self.before = self.files()

    def files(self):
        return set(self.run("find", "/etc", "/usr", "/opt", "/srv",
                            "-xdev", "-not", "-type", "d").splitlines())

    def dpkg(self, *args):
        self.run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", *args)

    def packages(self):
        return sorted(f"/debs/{name}" for name in
                      os.listdir(self.path("/debs")))

    def by_bob(self, *args):
        return ("runuser", "-u", "bob", "--", "env", "HOME=/home/bob",
                f"XDG_RUNTIME_DIR=/run/user/{self.uid}", *args)

    def install(self):
        """packages installed, nothing failed, nothing runs"""
        self.dpkg("--install", *self.packages())
        equal(self.run("systemctl", "--failed", "--plain", "--no-legend"), "",
              "units that failed")
        equal(self.call("systemctl", "is-enabled", "aditd")[1], "disabled\n",
              "the unit")
        return f"{len(self.packages())} packages"

    def start_gateway(self):
        """aditctl init, systemctl enable --now aditd"""
        self.run("aditctl", "init", "/etc/adit", "--user", "alice", "--listen",
                 "127.0.0.1:443", "--password-stdin", input=PASSWORD + "\n")
        with open(self.path("/etc/adit/aditd.ini"), "a") as f:
            f.write(RESOURCE)
        self.run("systemctl", "enable", "--now", "aditd")
        return self.run("systemctl", "is-active", "aditd").strip()

    def start_agent(self):
        """aditctl invite, systemctl --user enable --now adit"""
        folder = "/home/bob/.config/adit"
        self.run(*self.by_bob("mkdir", "-p", folder))
        with open(self.path(f"{folder}/adit.ini"), "w") as f:
            f.write(self.run("aditctl", "invite", "alice"))
            f.write("password_file = password\n")
        self.run(*self.by_bob("sh", "-c", "umask 077; cat > ~/.config/adit/"
                              "password"), input=PASSWORD + "\n")
        self.run(*self.by_bob("systemctl", "--user", "enable", "--now", "adit"))

    def status(self):
        status, text = self.call(*self.by_bob("adit", "status", "--json"))
        return json.loads(text) if status == 0 else None

    def at(self):
        resources = {r["name"]: r for r in self.status()["resources"]}
        return resources["echo"]["listen"][0]

    def connected(self):
        """bob's connection goes there and back"""
        wait_for(self.status, "the agent to be connected", 60)
        self.run(*self.by_bob("bash", "-c", "exec 3<>/dev/tcp/${1%:*}/${1##*:}"
                              " && echo hello >&3 && read -r -t 20 answer <&3 "
                              "&& [ $answer = hello ]", "-", self.at()))
        return self.at()

    def reboot(self):
        """reboot"""
        super().reboot()

    def restart_gateway(self):
        """systemctl stop aditd, systemctl start aditd"""
        self.run("systemctl", "stop", "aditd")
        wait_for(lambda: not self.status(), "the agent to notice")
        self.run("systemctl", "start", "aditd")

    def kill_agent(self):
        """the agent killed"""
        process = self.agent_process()
        self.run("kill", "-KILL", process)
        wait_for(lambda: self.agent_process() not in (process, "0"),
                 "another agent")

    def agent_process(self):
        return self.run(*self.by_bob("systemctl", "--user", "show", "adit",
                                     "--property=MainPID", "--value")).strip()

    def upgrade(self):
        """aditd installed again, below an open connection"""
        worker = self.run("pgrep", "aditd-worker")
        self.run(*self.by_bob("mkfifo", "/home/bob/go"))
        self.run("systemd-run", "--unit=talk", "--uid=bob",
                 "--property=StandardOutput=file:/home/bob/said",
                 "bash", "-c", TALK, "-", self.at())
        self.said("one\n")
        self.dpkg("--install", *[p for p in self.packages() if
                                 p.startswith("/debs/aditd_")])
        check(worker != self.run("pgrep", "aditd-worker"), "the same worker")
        self.run(*self.by_bob("sh", "-c", "echo > ~/go"))
        self.said("one\ntwo\n")
        return "it goes on"

    def said(self, text):
        wait_for(lambda: self.call("cat", "/home/bob/said")[1] == text,
                 f"the program to hear {text!r}")

    def purge(self):
        """apt purge"""
        self.run(*self.by_bob("systemctl", "--user", "disable", "--now", "adit"))
        self.dpkg("--purge", "adit", "aditd", "adit-plugin-dev")
        check(self.call("pgrep", "adit")[0] == 1, "a process is left")
        left = [name for name in sorted(self.files() - self.before)
                if not name.startswith(ADMIN)]
        equal(left, [], "files that are left")
        check(not os.path.lexists(self.path("/var/lib/adit")),
              "what aditd remembers is left")
        return "left: what init made in /etc/adit"
