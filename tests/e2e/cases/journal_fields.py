# SPDX-License-Identifier: BSD-2-Clause
"""`log = journal` at the journald of a machine that boots: audit lines have their
keys as fields, `journalctl ADIT_USER=alice` finds them, other lines have their
level; and where journald is started anew, or killed, no line is lost."""

import json

from lib import machine
from lib.adit import PASSWORD
from lib.base import check, equal, matches, wait_for

ROOT = True
NEEDS = machine.NEEDS
TIMEOUT = 240

# Serves one port: says everything back.
ECHO = """
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(data)
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", 7777), Echo).serve_forever()
"""
# Makes connections FROM ... TO: number n sends n bytes.
CALL = """
import socket, sys
host, port, first, last = sys.argv[1], *map(int, sys.argv[2:])
for n in range(first, last):
    with socket.create_connection((host, port), 10) as s:
        s.sendall(b"x" * n)
        s.shutdown(socket.SHUT_WR)
        while s.recv(4096):
            pass
"""


def run(t):
    m = machine.Machine(t)
    m.install()
    m.boot()
    folder = m.init()
    configure(m, f"{folder}/aditd.ini")
    m.run("systemd-run", "--unit=echo", "/usr/bin/python3", "-c", ECHO)
    m.run("systemctl", "start", "aditd")
    at = login(m)
    call(m, at, 1001, 1002)
    fields(m)
    for n, command in enumerate((
            ["restart", "systemd-journald"],
            ["kill", "--signal=KILL", "systemd-journald"])):
        first = 1100 + 100 * n
        call(m, at, first, first + 10)
        m.run("systemctl", *command)
        call(m, at, first + 10, first + 20)
        nothing_is_lost(m, first, first + 20)
    equal(stats(m)["log_lost"], 0, "lost lines")
    m.run("systemctl", "stop", "aditd")
    wait_for(lambda: "aditd has ended" in
             m.run("journalctl", "-u", "aditd", "-o", "cat"), "the last line")
    m.off()


def configure(m, ini):
    with open(m.path(ini)) as f:
        text = f.read()
    text = text.replace("[server]", "[server]\nlog = journal")
    with open(m.path(ini), "w") as f:
        f.write(text + "\n[resource echo]\nhost = 127.0.0.1\nport = 7777\n"
                "[group testers]\nusers = alice\nresources = echo\n")
    matches(r": ok\n$", m.run("aditd", "-t"), "aditd -t")


def login(m):
    """Where the agent listens for the resource."""
    pin = m.run("aditctl", "pin").split()[-1]
    m.run("env", "HOME=/root", "adit", "up", "--gateway", "127.0.0.1:443",
          "--pin", pin, "--user", "alice", "--password-stdin",
          input=PASSWORD + "\n")
    status = json.loads(m.run("env", "HOME=/root", "adit", "status", "--json"))
    return status["resources"][0]["listen"][0].rpartition(":")[::2]


def call(m, at, first, last):
    m.run("/usr/bin/python3", "-c", CALL, *at, str(first), str(last))


def entries(m, *matching):
    text = m.run("journalctl", "-o", "json", "--all", *matching)
    return [json.loads(line) for line in text.splitlines()
            if line.startswith("{")]


def stats(m):
    return json.loads(m.run("aditctl", "--json", "stats"))


def fields(m):
    found = wait_for(lambda: entries(m, "ADIT_EVT=channel"), "an audit line")
    one = found[0]
    equal({k: one[k] for k in one if k.startswith("ADIT_") and k not in
           ("ADIT_SESSION", "ADIT_SOURCE", "ADIT_DURATION")},
          {"ADIT_EVT": "channel", "ADIT_CHANNEL": "1", "ADIT_USER": "alice",
           "ADIT_RESOURCE": "echo", "ADIT_DESTINATION": "127.0.0.1:7777",
           "ADIT_TO_SERVER": "1001", "ADIT_TO_CLIENT": "1001",
           "ADIT_REASON": "closed"}, "fields")
    matches("^evt=channel session=.* user=alice ", one["MESSAGE"], "MESSAGE")
    equal((one["PRIORITY"], one["SYSLOG_FACILITY"], one["SYSLOG_IDENTIFIER"]),
          ("5", "10", "aditd"), "priority, facility, identifier")
    main = m.run("systemctl", "show", "-P", "MainPID", "aditd").strip()
    equal((one["SYSLOG_PID"], one["_SYSTEMD_UNIT"]), (main, "aditd.service"),
          "whose line it is")
    text = m.run("journalctl", "-o", "cat", "ADIT_USER=alice")
    check("evt=session" in text and "evt=channel" in text and
          all(line.startswith("evt=") for line in text.splitlines()), text)
    others = [e for e in entries(m, "SYSLOG_IDENTIFIER=aditd")
              if "ADIT_EVT" not in e]
    check(others and all(e["PRIORITY"] in "3467" for e in others), others)
    check(any("listening on" in e["MESSAGE"] for e in others), others)


def nothing_is_lost(m, first, last):
    """Each once."""
    wanted = [str(n) for n in range(first, last)]

    def found():
        return [e["ADIT_TO_SERVER"] for e in entries(m, "ADIT_EVT=channel")
                if first <= int(e["ADIT_TO_SERVER"]) < last]

    wait_for(lambda: len(found()) >= len(wanted), "all lines in the journal")
    equal(sorted(found()), wanted, "lines of connections")
