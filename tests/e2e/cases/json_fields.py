# SPDX-License-Identifier: BSD-2-Clause
"""The listings have the fields that scripts count on, of the right kind."""

import json

from lib.base import check, equal, show
from lib.tcp import ask, dial

SESSION = {"session": int, "user": str, "gateway": str, "source": str,
           "state": str, "channels": int, "to_server": int, "to_client": int,
           "resumed": int, "last_gap_ms": (int, type(None)),
           "rtt_ms": (float, type(None)), "key_exchange": str, "resent": int,
           "user_connections": int, "limits": dict, "published": list,
           "session_number": int, "since": int, "idle_s": int}
CHANNEL = {"channel": int, "session": int, "user": str, "resource": str,
           "state": str, "plugin": (str, type(None)), "source": str,
           "destination": str,
           "client_socket_id": int, "server_socket_id": int,
           "to_server": int, "to_client": int, "parent": (int, type(None)),
           "session_number": int, "since": int, "idle_s": int}
STATUS = {"state": str, "gateway": str, "user": str, "resources": list,
          "channels": int, "key_exchange": str,
          "proxy": type(None), "web_pages": type(None),
          "rtt_ms": (int, float, type(None)), "segment": (int, type(None)),
          "resumed": int, "gap_ms": (int, type(None)),
          "retry_s": type(None)}
STATS = {"sessions": int, "sessions_connected": int, "channels": int,
         "waiting": int, "places": int, "places_taken": int, "limits": dict,
         "to_server": int, "to_client": int, "resent": int, "memory": int, "version": str,
         "uptime_s": int, "monitor_pid": int, "worker_pid": int,
         "resolver_pid": int, "web_pid": type(None),
         "log_pid": type(None), "log_waiting": int, "log_lost": int,
         "worker_starts": int, "draining": bool,
         "probes": int, "listeners": list, "logins": dict}
LOGINS = {"accepted": int, "refused": int, "delayed": int, "waiting": int}
PLUGIN = {"name": str, "version": str, "summary": str,
          "file": (str, type(None)), "counters": dict}


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.up()
    sock = dial(t.ag.at("echo"))
    ask(sock, b"x" * 1000)
    status = t.ag.status()
    fields(status, STATUS, "adit status")
    equal(status["state"], "connected", "state")
    equal(status["channels"], 1, "channels")
    equal(status["resources"][0]["listen"], [show(t.ag.at("echo"))], "listen")
    session = t.gw.json("sessions")["sessions"][0]
    fields(session, SESSION, "aditctl sessions")
    channel = t.gw.json("channels")["channels"][0]
    fields(channel, CHANNEL, "aditctl channels")
    equal((channel["user"], channel["resource"], channel["session"]),
          ("alice", "echo", session["session"]), "whose channel")
    equal(channel["source"], show(sock.getsockname()), "source")
    equal(channel["destination"], f"{server.host}:{server.port}",
          "destination")
    equal((channel["to_server"], channel["to_client"]), (1000, 1000), "bytes")
    equal(channel["parent"], None, "parent")
    stats = t.gw.json("stats")
    fields(stats, STATS, "aditctl stats")
    equal((stats["sessions"], stats["channels"], stats["to_server"]),
          (1, 1, 1000), "stats")
    equal(stats["monitor_pid"], t.gw.process.pid, "the monitor's pid")
    equal(stats["worker_pid"], t.gw.worker(), "the worker's pid")
    equal(stats["listeners"], [{"address": show((t.gw.host, t.gw.port)),
                                "gateway": session["gateway"]}], "listeners")
    fields(stats["logins"], LOGINS, "logins")
    equal(stats["logins"]["accepted"], 1, "logins that were accepted")
    plugins = t.gw.json("plugins")["plugins"]
    check(plugins, "no plugin is listed")
    for plugin in plugins:
        fields(plugin, PLUGIN, "aditctl plugins")
    after = json.loads(t.gw.ctl("channels", "--json"))
    equal(len(after["channels"]), 1, "--json after the command")


def fields(got, want, what):
    for name, kind in want.items():
        check(name in got, f"{what}: no {name} in {got}")
        check(isinstance(got[name], kind), f"{what}: {name} {got[name]!r}")
