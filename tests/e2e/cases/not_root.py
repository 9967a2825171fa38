# SPDX-License-Identifier: BSD-2-Clause
"""Commands that fail because they need root say so."""

import os
import shutil

from lib.adit import PASSWORD
from lib.base import matches

ROOT = True
NOBODY = 65534


def run(t):
    os.mkdir(t.path("bin"), 0o755)
    for name in "aditd", "aditctl":
        shutil.copy(t.tool(name), t.path("bin"))
    t.gw.start()
    ini, root = t.gw.conf_file, r": run aditctl as root|; run aditctl as root"
    said(t, root, "aditctl", "-c", ini, "stats")
    said(t, "; run aditd as root", "aditd", "-t", "-c", ini)
    said(t, root, "aditctl", "init", t.path("new"), "--password-stdin")

    os.chmod(t.gw.dir, 0o755)
    said(t, root, "aditctl", "-c", ini, "stats")
    os.chmod(ini, 0o644)
    said(t, root, "aditctl", "-c", ini, "stats")
    said(t, "users belongs to root", "aditctl", "-c", ini, "passwd", "bob", "--password-stdin")
    said(t, r"cert\.pem: .*/tls belongs to root", "aditd", "-t", "-c", ini)

    own = t.folder("own")
    os.chown(own, NOBODY, NOBODY)
    t.run([t.path("bin/aditctl"), "init", f"{own}/gw", "--listen",
           "127.0.0.1:7", "--password-stdin"], input=PASSWORD + "\n",
          user=NOBODY, group=NOBODY, extra_groups=[])
    said(t, "as root", "aditd", "-t", "-c", f"{own}/gw/aditd.ini")


def said(t, why, name, *words):
    text = t.run([t.path("bin", name), *words], input=PASSWORD + "\n",
                 check=False, user=NOBODY, group=NOBODY, extra_groups=[])
    matches(why, text, f"{name} {' '.join(words)}")
