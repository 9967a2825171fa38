# SPDX-License-Identifier: BSD-2-Clause
"""systemd-resolved and NetworkManager on a bus of the case, which tools/servers
has unpacked."""

import os
import re
import shutil
import subprocess

from .base import Skip, spawn, wait_for
from .servers import program, unpacked, unpacked_program

BUS = """\
<busconfig>
 <type>system</type>
 <listen>unix:path={socket}</listen>
 <auth>EXTERNAL</auth>
 <policy context="default">
  <allow user="*"/>
  <allow own="*"/>
  <allow send_type="method_call"/>
  <allow send_type="signal"/>
  <allow send_requested_reply="true" send_type="method_return"/>
  <allow send_requested_reply="true" send_type="error"/>
  <allow receive_type="method_call"/>
  <allow receive_type="method_return"/>
  <allow receive_type="error"/>
  <allow receive_type="signal"/>
 </policy>
</busconfig>
"""
RULE = """\
polkit.addRule(function(action, subject) {{
    if (action.id.indexOf("org.freedesktop.resolve1.set-") == 0 &&
        subject.user == "{user}")
        return polkit.Result.YES;
}});
"""
# In a mount namespace: the users that the daemons want, and an empty /run, as
# at the start of a machine.
START = r"""
set -e
mount --make-rprivate /
for f in passwd group; do
    cp /etc/$f "$1/$f"
    grep -q ^systemd-resolve: "$1/$f" ||
        echo 'systemd-resolve:x:65000:65000::/:/bin/false' >>"$1/$f"
    mount --bind "$1/$f" /etc/$f
done
mount -t tmpfs -o mode=755 tmpfs /run
install -d -o systemd-resolve -g systemd-resolve /run/systemd/resolve
mount --bind "$1" /etc/systemd
if [ -d "$1/polkit" ]; then
    mount --bind "$1/polkit" /etc/polkit-1/rules.d
    mount --bind "$2" /usr/share/polkit-1/actions
fi
shift 2
exec "$@"
"""


class Bus:
    """A system bus of the case, and daemons that see no other one; polkit lets
    `user` change systemd-resolved, if there is one."""

    def __init__(self, t, user=None):
        self.t, self.dir = t, t.path("bus")
        self.bus = f"{self.dir}/socket"
        self.actions = unpacked("usr/share/polkit-1/actions")
        self.env = {**os.environ,
                    "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.bus}",
                    "PATH": f"{self.dir}:{os.environ['PATH']}"}
        os.makedirs(self.dir)
        os.chmod(self.dir, 0o755)
        self.write("bus.conf", BUS.format(socket=self.bus))
        if user:
            os.makedirs(f"{self.dir}/polkit")
            self.write("polkit/50-adit.rules", RULE.format(user=user))
        self.daemon("bus", program("dbus-daemon"), "--nofork",
                    f"--config-file={self.dir}/bus.conf")
        wait_for(lambda: os.path.exists(self.bus), "the bus")
        if user:
            self._polkit()

    def write(self, name, text):
        with open(f"{self.dir}/{name}", "w", encoding="ascii") as f:
            f.write(text)
        os.chmod(f"{self.dir}/{name}", 0o644)

    def _polkit(self):
        daemon = "/usr/lib/polkit-1/polkitd"
        if not os.path.exists(daemon):
            raise Skip(f"no {daemon} here")
        self.daemon("polkit", daemon, "--no-debug")
        wait_for(lambda: "PolicyKit1" in self.run("busctl", "--system",
                                                  "list")[1], "polkitd")

    def daemon(self, name, *words):
        return spawn([program("unshare"), "-m", "sh", "-c", START, "sh",
                      self.dir, self.actions, *words], env=self.env,
                     log=self.t.path(f"{name}.log"))

    def run(self, *words):
        """(exit status, output) of a program that asks the daemons, as
        root."""
        done = subprocess.run(words, env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)
        return done.returncode, done.stdout


class Resolved:
    """Answers at 127.0.0.53:53 in the network of the case.  `servers` are
    those that it asks itself."""

    def __init__(self, bus, servers):
        self.bus = bus
        found = unpacked("usr/bin/resolvectl")
        # Users may have no way to where it lies.
        self.resolvectl = shutil.copy(found, bus.dir)
        bus.write("resolved.conf", "[Resolve]\nDNS=" + " ".join(servers)
                  + "\nFallbackDNS=\n")
        bus.daemon("resolved", *unpacked_program(
            "lib/systemd/systemd-resolved"))
        wait_for(lambda: self.ask("status")[0] == 0, "systemd-resolved")

    def ask(self, *words):
        """(exit status, output) of resolvectl, as root."""
        return self.bus.run(self.resolvectl, "--no-pager", *words)

    def address(self, name):
        """Of a name; or None."""
        status, text = self.ask("query", "-4", "--legend=no", name)
        found = re.search(r": (\d+\.\d+\.\d+\.\d+)", text)
        return found.group(1) if status == 0 and found else None


class NetworkManager:
    """In the network of the case, where it manages what it wants to."""

    def __init__(self, bus):
        self.bus = bus
        self.words = unpacked_program("usr/sbin/NetworkManager")
        self.nmcli = unpacked_program("usr/bin/nmcli")
        bus.write("NetworkManager.conf", "[main]\nplugins=keyfile\n"
                  "dns=systemd-resolved\nrc-manager=unmanaged\n")
        self.process = None
        self.start()

    def start(self):
        self.process = self.bus.daemon(
            "NetworkManager", *self.words, "--no-daemon",
            f"--config={self.bus.dir}/NetworkManager.conf")
        wait_for(lambda: self.ask("general")[0] == 0, "NetworkManager")

    def restart(self):
        self.process.kill()
        self.process.wait()
        self.start()

    def ask(self, *words):
        """(exit status, output) of nmcli."""
        return self.bus.run(*self.nmcli, "--colors", "no", *words)

    def state(self, device):
        """As it names it; or None, where it sees no such device."""
        found = re.search(rf"^{device}:(.*)$", self.ask(
            "-t", "-f", "DEVICE,STATE", "device")[1], re.M)
        return found.group(1) if found else None
