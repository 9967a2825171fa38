# SPDX-License-Identifier: BSD-2-Clause
"""A PAM service `adit` that only the gateway of a case sees, in a mount
namespace: nothing of this machine is changed."""

import crypt
import os

from .adit import PASSWORD
from .base import Failure, Skip

HERE = os.path.dirname(os.path.abspath(__file__))


def module(t):
    """The module that behaves as it is told: see pam_odd.c."""
    out = t.path("pam_odd.so")
    if not os.path.exists(out):
        t.run([os.environ.get("CC", "cc").split()[-1], "-shared", "-fPIC",
               "-o", out, f"{HERE}/pam_odd.c", "-lpam"])
    return out


# What programs of the case need of /etc beside its own files.
KEPT = ("nsswitch.conf", "hosts", "resolv.conf", "localtime", "ld.so.cache",
        "ld.so.conf", "ld.so.conf.d", "security", "ssl", "login.defs",
        "services", "protocols", "gai.conf", "host.conf", "alternatives")


class Pam:
    """Users and the stack of the service `adit` for t.gw."""

    def __init__(self, t, stack, users=(), auth="pam"):
        if not os.path.exists("/usr/include/security/pam_appl.h"):
            raise Skip("needs libpam0g-dev")
        self.t, self.users = t, {name: PASSWORD for name in users}
        self.groups, self.aged = {}, {}
        self.prepare = ""       # more of the shell's script
        self.etc = t.folder("etc")
        os.mkdir(f"{self.etc}/pam.d")
        for name in KEPT:
            if os.path.exists(f"/etc/{name}"):
                t.run(["cp", "-aL", f"/etc/{name}", self.etc], check=False)
        self.stack(stack)
        self.binds = [(self.etc, "/etc")]
        self.plain = t.gw.command
        t.gw.command = self.command
        t.gw.set(auth=auth)

    def stack(self, text):
        self.t.write(f"{self.etc}/pam.d/adit", text)

    def database(self):
        """passwd, group and shadow as the gateway sees them."""
        with open("/etc/passwd") as f:
            passwd = f.read()
        with open("/etc/group") as f:
            group = f.read()
        shadow = "root:*:19000:0:99999:7:::\n"
        for number, (name, word) in enumerate(self.users.items(), 64000):
            passwd += f"{name}:x:{number}:{number}::/:/bin/sh\n"
            group += f"{name}:x:{number}:\n"
            made = crypt.crypt(word, crypt.mksalt(crypt.METHOD_SHA512))
            shadow += f"{name}:{made}:{self.aged.get(name, 20000)}:0:99999:7:::\n"
        for number, (name, members) in enumerate(self.groups.items(), 65000):
            group += f"{name}:x:{number}:{','.join(members)}\n"
        for name, text in ("passwd", passwd), ("group", group), (
                "shadow", shadow):
            path = self.t.write(f"{self.etc}/{name}", text)
            os.chmod(path, 0o600 if name == "shadow" else 0o644)

    def command(self, *words):
        self.database()
        mounts = "".join(f"mount --bind '{a}' '{b}' && " for a, b in self.binds)
        return ["unshare", "--mount", "sh", "-c", mounts + self.prepare + 'exec "$@"',
                "sh",
                *self.plain(*words)]


def speaker(t, user, word):
    """The agent logs in as this user with this password, from a file."""
    t.ag.conf["agent"]["user"] = user
    t.ag.conf["agent"]["password_file"] = t.write("word", word + "\n")
    os.chmod(t.path("word"), 0o600)
    t.ag.write()


def refused(t, user, word):
    """The last line of what is said when this is refused."""
    speaker(t, user, word)
    status, text = t.ag.call("up")
    if status != 1:
        raise Failure(f"adit up: {status}: {text}")
    return text.splitlines()[-1]
