# SPDX-License-Identifier: BSD-2-Clause
"""A machine that boots: systemd in a container over a copy of this system."""

import fcntl
import glob
import os
import re
import shutil
import subprocess

from .adit import PASSWORD
from .base import (CLONE_NEWNS, Failure, Skip, check, children, comm,
                   libc, running, spawn, wait_for)
from .servers import program

NEEDS = ["systemd-nspawn", "nsenter", "make"]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TARGET = "multi-user.target"
REBOOT = 133            # how systemd-nspawn ends when the machine reboots
BOOT, COMMAND = 60, 60  # seconds


def mount(*args):
    done = subprocess.run(["mount", *args], text=True, capture_output=True)
    if done.returncode:
        raise Skip(f"cannot mount here: {done.stderr.strip()}")


class Machine:
    """What it changes lies in memory: an overlay over the folder `lower`.

    All of its mounts are in a mount namespace of the case, and its first
    process dies with the case, so nothing is left of it.  It has no network
    but loopback.
    """

    def __init__(self, t, name="machine", lower="/"):
        if os.getuid() != 0:
            raise Skip("needs root")
        if t.sanitized():
            raise Skip("a sanitizer needs what the unit's sandbox refuses")
        self.t, self.nspawn, self.name = t, program("systemd-nspawn"), name
        self.log_file = t.path(f"{name}.console")
        self.process = self.first = None
        self.dir, self.root = t.path(name), t.path(name, "root")
        try:
            libc("unshare", CLONE_NEWNS)
        except OSError as why:
            raise Skip(f"no mount namespace: {why}") from None
        os.mkdir(self.dir)
        mount("--make-rprivate", "/")
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", self.dir)
        for part in ("upper", "work", "root"):
            os.mkdir(f"{self.dir}/{part}")
        mount("-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir="
              f"{self.dir}/upper,workdir={self.dir}/work", self.root)
        if not os.path.exists(self.path("/usr/lib/systemd/systemd")):
            raise Skip(f"no systemd in {lower}")
        if lower == "/":
            self._leave_services_out()
        # What systemd-nspawn notes there is no concern of this system.
        os.makedirs("/run/systemd", exist_ok=True)
        mount("-t", "tmpfs", "tmpfs", "/run/systemd")

    def _leave_services_out(self):
        """What is enabled on this system is not there."""
        for pattern in ("systemd/system/*.wants", "rc?.d"):
            for folder in glob.glob(self.path(f"/etc/{pattern}")):
                shutil.rmtree(folder)

    def path(self, name):
        """Where a file of the machine lies, seen from here."""
        return self.root + name

    def install(self):
        """What was built, as `make install` puts it into a system; by root
        who keeps files from others, which must not matter."""
        with open(f"{self.t.build}/config.status") as one:
            fcntl.flock(one, fcntl.LOCK_EX)     # make may find work to do
            self.t.run(["make", "-C", self.t.build, "install",
                        f"DESTDIR={self.root}"], within=120, umask=0o077)

    def init(self):
        """A gateway for the service, and its user; the folder."""
        folder = re.search(r"\[(\S+)/aditd\.ini\]",
                           self.run("aditd", "--help"))[1]
        self.run("systemd-sysusers")
        self.run("aditctl", "init", folder, "--user", "alice",
                 "--listen", "127.0.0.1:443", "--password-stdin",
                 input=PASSWORD + "\n")
        return folder

    def boot(self):
        self.process = spawn(
            [self.nspawn, "--quiet", f"--directory={self.root}",
             f"--machine={self.name}", "--register=no", "--keep-unit",
             "--private-network", "--console=pipe", "--link-journal=no",
             "--resolv-conf=off", "--timezone=off", "--boot", "--",
             f"--unit={TARGET}"], log=self.log_file)
        wait_for(self._is_up, f"{TARGET}, see {self.log_file}", BOOT)

    def _is_up(self):
        if self.process.poll() is not None:
            raise Skip(f"systemd-nspawn cannot boot: {self._console()}")
        found = [p for p in children(self.process.pid) if comm(p) == "systemd"]
        self.first = found[0] if found else None
        return self.first and self.call("systemctl", "is-active",
                                        TARGET)[0] == 0

    def _console(self):
        with open(self.log_file, errors="replace") as f:
            return " ".join(f.read().split())[-300:]

    def call(self, *args, input=None):
        """(exit status, output of both kinds) of a program in there."""
        done = subprocess.run(
            ["nsenter", f"--target={self.first}", "--all", "env", "-i",
             f"PATH={PATH}", "HOME=/root", "LC_ALL=C.UTF-8", *args],
            input=input, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=COMMAND, errors="replace")
        return done.returncode, done.stdout

    def run(self, *args, input=None):
        """The same for one that must succeed; its output."""
        status, text = self.call(*args, input=input)
        check(status == 0, f"{' '.join(args)}: exit status {status}\n{text}")
        return text

    def _end(self, command, status):
        self.call("systemctl", command)
        wait_for(lambda: self.process.poll() is not None, command, BOOT)
        if self.process.returncode != status:
            raise Failure(f"{command}: systemd-nspawn ended with "
                          f"{self.process.returncode}: {self._console()}")
        check(not running(self.first), "the machine's first process runs on")

    def reboot(self):
        self._end("reboot", REBOOT)
        self.boot()

    def off(self):
        self._end("poweroff", 0)
