# SPDX-License-Identifier: BSD-2-Clause
"""If the agent or the worker ends, all announcements are gone, and new ones can
be made."""

from lib import parley
from lib.base import kill, listening, running, wait_for


def run(t):
    t.gw.conf[t.gw.title]["resume_grace"] = "1s"
    server = parley.start(t, outlives="yes", lifetime="1h")
    data, mine = t.listen(), t.listen("127.0.0.1")
    talk = parley.Dialogue(t, server)
    shown = talk.open(data)
    back = talk.call(mine)
    pid = t.ag.pid()
    kill(pid)
    wait_for(lambda: not running(pid), "the agent to end")
    parley.equal(talk.server.fate(), ("reset", b""), "the server's end")
    wait_for(lambda: not listening(*back), "the gateway to listen no more")
    t.ag.up()
    t.ag.wait_state("connected")

    talk = parley.Dialogue(t, server)
    shown = talk.open(data)
    t.ag.down()
    wait_for(lambda: not listening(*shown), "the agent to listen no more")
    t.ag.up()
    t.ag.wait_state("connected")
    talk = parley.Dialogue(t, server)
    parley.meets(talk.open(data), data)

    t.ag.ctl("stop")
    t.ag.ctl("start")
    t.ag.wait_state("connected")
    talk = parley.Dialogue(t, server)
    shown = talk.open(data)
    t.gw.ctl("kick", "alice")
    parley.equal(talk.server.fate(), ("reset", b""), "after a kick")
    wait_for(lambda: not listening(*shown), "the agent to listen no more")
