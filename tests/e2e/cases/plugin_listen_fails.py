# SPDX-License-Identifier: BSD-2-Clause
"""The agent cannot listen: the line never arrives, the channel is reset."""

from lib import parley
from lib.base import equal, fd_count

SPARES = 4


def run(t):
    server = parley.start(t)
    other = parley.Dialogue(t, server)
    pid = t.ag.pid()
    # By its answer the agent has closed what pid() asked it by.
    talk = parley.Dialogue(t, server)
    data = t.listen()
    # No further descriptor: spares listen, but cannot be replaced.
    t.run(["prlimit", f"--pid={pid}", f"--nofile={fd_count(pid)}:"])
    shown = [talk.open(data) for _ in range(SPARES)]
    equal(len(set(shown)), SPARES, "spare ports")
    talk.app.say("OPEN")
    talk.server.hear("OPEN")
    talk.server.say(f"DATA {data.host} {data.port}")
    equal(talk.app.fate(), ("reset", b""), "the dialogue")
    t.gw.wait_log(r'evt=channel .*reason="[^"]*[Tt]oo many open files')
    equal(other.ask("HELLO", "OK still"), "OK still", "another channel")
    t.run(["prlimit", f"--pid={pid}", "--nofile=1024:"])
    other.open(data)
