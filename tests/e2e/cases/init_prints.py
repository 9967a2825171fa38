# SPDX-License-Identifier: BSD-2-Clause
"""What `aditctl init` writes for the service and for a folder of one's own,
and what it says when the user of the worker does not exist."""

import os
import pwd
import re

from lib.adit import PASSWORD
from lib.base import check, matches


def init(t, folder, *words):
    return t.run([t.tool("aditctl"), "init", folder, "--password-stdin",
                  "--listen", "127.0.0.1:7443", *words], input=PASSWORD + "\n")


def run(t):
    said = init(t, t.path("own"))
    with open(t.path("own/aditd.ini")) as f:
        ini = f.read()
    matches(r"\ncontrol = aditd\.sock\n", ini, "a socket beside the file")
    matches(r"\n; user = adit ", ini, "the worker's user is the default one")
    check("nobody" not in ini, "the worker would run as nobody")
    matches(r"\n    aditd -c \S+/own/aditd\.ini\n", said, "how to start it")
    there = "adit" in [user.pw_name for user in pwd.getpwall()]
    told = re.search(r"\n    useradd --system .* adit\n", said)
    check(bool(told) != (there or os.getuid() != 0), f"init says: {said}")
    said = t.run(["make", "-s", "-C", t.build, "install-data-hook"])
    check(("useradd --system" in said) != there, f"make install says: {said}")
