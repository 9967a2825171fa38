# SPDX-License-Identifier: BSD-2-Clause
"""telnet logs in at inetutils-telnetd and runs a command."""

from lib.base import matches
from lib.pty import Dialogue

DIRECT = True
NEEDS = ["telnet"]


def run(t):
    t.resource("telnet", t.telnetd())
    t.up()
    host, port = t.at("telnet")
    with Dialogue(t, ["telnet", host, str(port)]) as telnet:
        telnet.expect("login: ")
        telnet.say("alice")
        telnet.expect("Password: ")
        telnet.say("wonderland")
        telnet.expect("Welcome, alice")
        telnet.say("echo $((6 * 7)); stty size")
        matches(r"42\r+\n24 80", telnet.expect("24 80"), "a command")
        telnet.say("exit")
        telnet.expect("closed by foreign host")
