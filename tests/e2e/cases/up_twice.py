# SPDX-License-Identifier: BSD-2-Clause
"""`up` when already up succeeds and changes nothing."""

from lib.base import equal
from lib.tcp import ask, dial


def run(t):
    t.resource("echo", t.echo())
    t.up()
    pid = t.ag.pid()
    sock = dial(t.ag.at("echo"))
    t.ag.up()
    equal(t.ag.pid(), pid, "the agent's process")
    equal(ask(sock), b"hello", "the channel that was open")
