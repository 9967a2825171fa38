# SPDX-License-Identifier: BSD-2-Clause
"""adit run: where namespaces are forbidden it says so, in a line with the
cure."""

import subprocess

from lib.base import equal, matches

ROOT = True
# A limit of the namespace in which the test is: no further one in it.
NONE = ["unshare", "--user", "--map-root-user", "--keep-caps", "sh", "-c",
        "echo 0 >/proc/sys/user/max_net_namespaces; exec \"$@\"", "sh"]


def run(t):
    t.gw.resource("none", host="127.0.0.1", port="1")
    t.up()
    done = subprocess.run([*NONE, *t.ag.command("run", "true")], env=t.ag.env,
                          text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    status, text = done.returncode, done.stdout
    equal(status, 125, text)
    equal(text.count("\n"), 1, text)
    matches("cannot make a network for the command: the limit of namespaces "
            "is reached; as root: sysctl user.max_user_namespaces=", text,
            "what it says")
