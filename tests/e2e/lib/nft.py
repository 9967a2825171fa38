# SPDX-License-Identifier: BSD-2-Clause
"""An agent with `intercept = nft`, what its user's programs see, and what it
does to the network."""

import json
import os
import shutil
import subprocess

from .adit import with_own_files
from .base import Skip, check, children, comm, wait_for
from .servers import program

# What connect() says to each place, and whether it said so at once.
ASK = """
import errno, json, socket, sys, time
told = []
for host, port in json.loads(sys.argv[1]):
    begin = time.monotonic()
    try:
        socket.create_connection((host, port), 30).close()
        what = "connected"
    except OSError as error:
        what = errno.errorcode.get(error.errno, str(error))
    told.append((what, time.monotonic() - begin < 0.9))
print(json.dumps(told))
"""

# The bytes of segments that a program sends, and that the agent sends it.
SEGMENTS = """
import re, socket, subprocess, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 30)
s.sendall(b"hello")
s.recv(5)
agent = subprocess.run(["ss", "-tinH", "dport", "=", str(s.getsockname()[1])],
                       stdout=subprocess.PIPE, text=True, check=True).stdout
print(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG),
      re.search(r" mss:([0-9]+)", agent).group(1))
"""


class Caught:
    """The agent of a case, which runs as root or as a user ("user"), whose
    helper has then its capability from a file."""

    def __init__(self, t, who, name="agent", address=9, uid=65534):
        self.t, self.uid = t, uid if who == "user" else 0
        self.agent = t.agent(name=name, uid=uid if who == "user" else None)
        self.server = f"{t.net}.{address}"
        self.agent.conf["agent"]["intercept"] = "nft"
        self.agent.conf["agent"]["dns"] = f"{self.server}:53"
        if who == "user" and not t.direct:
            self._give_capability()

    def _give_capability(self):
        helper = f"{self.agent.dir}/adit-redirect"
        shutil.copy(self.t.tool("adit-redirect"), helper)
        done = subprocess.run([program("setcap"), "cap_net_admin=ep", helper],
                              check=False)
        if done.returncode:
            raise Skip("no capabilities of files here")
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w") as f:
            f.write("0")

    def state(self):
        return self.agent.status()["nft"]["state"]

    def ready(self):
        if not self.t.direct:
            wait_for(self._is_ready, "the rules")

    def _is_ready(self):
        state = self.state()
        if "/dev/net/tun: " in state:
            raise Skip(state)
        return state == "ready"

    def helper(self):
        """The process number of the helper."""
        found = [p for p in children(self.agent.pid())
                 if comm(p) == "adit-redirect"]
        check(len(found) == 1, f"helpers: {found}")
        return found[0]

    def run(self, *command, uid=None, cwd=None):
        """(exit status, output) of a program of the user, or of another one,
        that asks the agent for names."""
        path = self.t.path("resolv.conf")
        with open(path, "w", encoding="ascii") as f:
            f.write(f"nameserver {self.server}\n")
        os.chmod(path, 0o644)
        user = self.uid if uid is None else uid
        command = ["setpriv", f"--reuid={user}", f"--regid={user}",
                   "--clear-groups", *command]
        done = subprocess.run(
            with_own_files(self.t.gw, command) if self.t.direct else
            ["unshare", "-m", "sh", "-c",
             'mount --bind "$0" /etc/resolv.conf && exec "$@"', path, *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=cwd,
            stderr=subprocess.STDOUT, timeout=60, text=True, check=False)
        return done.returncode, done.stdout

    def connect(self, *places, uid=None):
        """[what connect() says, whether at once] for each (host, port)."""
        _, text = self.run("/usr/bin/python3", "-c", ASK, json.dumps(places),
                           uid=uid)
        return json.loads(text)

    def segments(self, host, port):
        """Those of a connection to an echo server."""
        status, text = self.run("/usr/bin/python3", "-c", SEGMENTS, host,
                                str(port))
        check(status == 0, text)
        return [int(n) for n in text.split()]

    def connects(self, *places, uid=None):
        return [what for what, _ in self.connect(*places, uid=uid)]


def left_over():
    """Tables, devices and routes of this network."""
    def out(*words):
        return subprocess.run(words, stdout=subprocess.PIPE, check=True,
                              text=True).stdout
    return [out("nft", "list", "ruleset"), out("ip", "-o", "link"),
            out("ip", "route"), out("ip", "-6", "route")]
