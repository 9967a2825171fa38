# SPDX-License-Identifier: BSD-2-Clause
"""Audit lines as JSON: what a SIEM reads line by line has the same keys as the
text; a reload changes the form, with connections as they are."""

import json

from lib.base import check, equal
from lib.tcp import ask, dial, fate


def run(t):
    t.gw.conf["server"]["audit_format"] = "json"
    echo = t.echo()
    t.resource("echo", echo)
    t.up()
    stays = dial(t.ag.at("echo"))
    ask(stays, b"x" * 77)
    ended(t, b"x" * 1234)
    t.gw.wait_log(r'"to_server":1234,')
    lines = objects(t)
    equal([o["evt"] for o in lines], ["session", "session", "channel"], "kinds")
    session = t.gw.json("sessions")["sessions"][0]["session"]
    check(all(o["session"] == session and o["user"] == "alice" for o in lines),
          f"sessions and users: {lines}")
    source, channel = lines[2].pop("source"), lines[2]
    check(0 <= channel.pop("duration") < 60, f"no duration: {lines}")
    equal(channel, {
        "evt": "channel", "session": session, "channel": 2, "user": "alice",
        "resource": "echo", "plugin": None,
        "destination": f"{echo.host}:{echo.port}", "to_server": 1234,
        "to_client": 1234, "reason": "closed"}, "the channel")
    check(source.startswith("127."), source)
    t.gw.conf["server"]["audit_format"] = "text"
    t.gw.reload()
    stays.shutdown(1)
    fate(stays)
    t.gw.wait_log(r"aditd: evt=channel .* to_server=77 ")


def ended(t, data):
    sock = dial(t.ag.at("echo"))
    ask(sock, data)
    sock.shutdown(1)
    fate(sock)
    sock.close()


def objects(t):
    return [json.loads(line) for line in t.gw.log().splitlines()
            if line.startswith("{")]
