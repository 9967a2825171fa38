# SPDX-License-Identifier: BSD-2-Clause
"""The password from a command, and from a credential of systemd."""

import os

from lib.adit import PASSWORD
from lib.base import check, equal, matches


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    conf = t.ag.conf["agent"]
    file = conf.pop("password_file")
    conf["password_command"] = f"cat {file}; echo user: alice"
    t.ag.up()
    t.ag.down()

    conf["password_command"] = f"grep Xyzzy {file}"
    t.ag.write()
    status, text = t.ag.call("up")
    check(status == 1, f"up with a command that fails: {status} {text}")
    matches(r"password_command = grep .*status 1", text, "what is wrong")

    conf["password_file"] = file
    t.ag.write()
    status, text = t.ag.call("up")
    check(status == 2 and "keep one of them" in text, text)

    # The service's own goes before what stands in the file.
    del conf["password_file"]
    folder = t.path("credentials")
    os.mkdir(folder, 0o700)
    with open(f"{folder}/adit-password", "w") as f:
        f.write(PASSWORD)
    os.chmod(f"{folder}/adit-password", 0o440)
    t.ag.env["CREDENTIALS_DIRECTORY"] = folder
    t.ag.up()
    equal(t.ag.state(), "connected", "state")
