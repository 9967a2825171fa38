# SPDX-License-Identifier: BSD-2-Clause
"""A server that has IPv6 only, by curl and by ssh."""

from lib.base import equal, show
from lib.servers import program

DIRECT = True
NEEDS = ["curl", "ssh"]


def run(t):
    web, ssh = t.nginx("::1"), t.sshd("::1")
    t.resource("web", web)
    t.resource("ssh", ssh)
    t.up()
    equal(t.run(["curl", "-sS", f"http://{show(t.at('web'))}/"]), "x",
          "the page")
    host, port = t.at("ssh")
    equal(t.run([program("ssh"), *ssh.options, "-p", str(port), host,
                 "echo six"]).strip(), "six", "a command")
