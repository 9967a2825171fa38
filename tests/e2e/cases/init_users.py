# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl init` and `make install` name the system users that are missing, each
for itself: an installation of before has the worker's user alone."""

import re

from lib.adit import PASSWORD
from lib.base import equal

ROOT = True
ALL = ["adit", "adit-resolver", "adit-checker", "adit-web", "adit-log"]
NEEDS = ["unshare"]


def run(t):
    for there in ([], ["adit"], ["adit", "adit-resolver", "adit-checker"], ALL):
        missing = [name for name in ALL if name not in there]
        folder = t.path(f"with-{len(there)}")
        equal(told(t, there, [t.tool("aditctl"), "init", folder,
                              "--password-stdin", "--listen",
                              "127.0.0.1:7443"]), missing, "aditctl init")
        equal(told(t, there, ["make", "-s", "-C", t.build,
                              "install-data-hook"]), missing, "make install")


def told(t, there, command):
    with open("/etc/passwd") as f:
        passwd = "".join(line for line in f if not line.startswith("adit"))
    for number, name in enumerate(there, 64701):
        passwd += f"{name}:x:{number}:{number}::/nonexistent:/bin/false\n"
    said = t.run(["unshare", "--mount", "sh", "-c",
                  'mount --bind "$0" /etc/passwd && exec "$@"',
                  t.write("passwd", passwd), *command], input=PASSWORD + "\n")
    return re.findall(r"useradd --system .* (adit\S*)$", said, re.MULTILINE)
