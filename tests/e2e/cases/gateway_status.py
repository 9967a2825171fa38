# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl status`: one screen, an object for programs, and an exit status that
says whether the gateway runs."""

import os
import subprocess

from lib.adit import CERTIFIED, PASSWORD
from lib.base import Failure, check, equal, matches, show, wait_for
from lib.tcp import ask, dial

TIMEOUT = 90

STATUS = {"state": str, "version": str, "since": int, "uptime_s": int,
          "monitor_pid": int, "worker_pid": int, "resolver_pid": int,
          "worker_starts": int, "configuration": dict, "listeners": list,
          "certificates": list, "sessions": int, "sessions_connected": int,
          "channels": int, "to_server": int, "to_client": int, "resent": int,
          "memory": int, "probes": int, "logins": dict, "warnings": list,
          "draining": bool}


def status(t):
    """(exit status, standard output, standard error)"""
    done = subprocess.run(
        [t.tool("aditctl"), "-c", t.gw.conf_file, "status"], text=True,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def run(t):
    sink = t.listen()
    t.resource("sink", sink)
    t.resource("echo", t.echo())
    t.gw.user("mallory")
    code, out, err = status(t)
    equal((code, out), (1, ""), "before the start")
    check("aditd does not run" in err and f"aditd -c {t.gw.conf_file}" in err,
          err)

    t.up()
    sock = dial(t.ag.at("echo"))
    ask(sock, b"x" * 5000)
    now = t.gw.json("status")
    for name, kind in STATUS.items():
        check(isinstance(now.get(name), kind), f"{name} in {now}")
    equal((now["state"], now["sessions"], now["channels"], now["warnings"]),
          ("running", 1, 1, []), "how it is")
    equal(now["configuration"], {"file": t.gw.conf_file, "current": True},
          "configuration")
    equal(now["listeners"], [{"address": show((t.gw.host, t.gw.port)),
                              "gateway": "main"}], "listeners")
    cert = now["certificates"][0]
    equal((cert["name"], cert["gateway"], cert["state"]),
          (CERTIFIED, "main", "valid"), "the certificate")
    check(cert["days_left"] > 3000, f"days_left in {cert}")
    screen(t, "^state running aditd", r"1, 1 of them connected, with 1 channel",
           rf"{CERTIFIED} of gateway main ends on 20\d\d-", r"4\.9 KiB to serv")

    warn(t)
    changes(t)
    os.kill(t.gw.worker(), 9)
    t.may_die = True
    wait_for(lambda: "the worker ended" in meanwhile(t)["warnings"][-1]["text"],
             "the worker's death")
    wait_for(lambda: meanwhile(t)["state"] == "running", "another one")
    t.ag.wait_state("connected")
    sock = dial(t.ag.at("echo"))
    ask(sock)
    t.gw.ctl("drain")
    equal(t.gw.json("status")["state"], "draining", "at the end")
    screen(t, "^state draining; nobody can log in")


def meanwhile(t):
    """Also while there is no worker that could be asked, which is refused."""
    try:
        return t.gw.json("status")
    except Failure as why:
        check("being replaced" in str(why), str(why))
        return {"state": "", "warnings": [{"text": ""}]}


def screen(t, *patterns):
    code, out, err = status(t)
    equal((code, err), (0, ""), "status")
    for line in out.splitlines():
        check(len(line) <= 80 or t.gw.conf_file in line,
              f"{len(line)} columns: {line}")   # a path is not folded
    for pattern in patterns:    # a line may be folded anywhere
        matches(pattern, " ".join(out.split()), "the screen")


def warn(t):
    """The monitor refuses a login, the worker a tunnel."""
    other = t.agent(name="other")
    other.password("wrong")
    other.write()
    check(other.call("up")[0] != 0, "a wrong password")
    env = dict(os.environ, HOSTILE_PASSWORD=PASSWORD)
    t.run([t.tool("tests/e2e/hostile"), "captured_proof",
           f"{t.gw.host}:{t.gw.port}", t.gw.pin, "mallory", "1"], env=env)
    last = t.gw.json("status")["warnings"]
    equal({w["level"] for w in last}, {"warning"}, "levels")
    said = "\n".join(w["text"] for w in last)
    matches('(?m)^login: user "alice" from .*: refused$', said, "the monitor's")
    matches(r"(?m)^#\d+: a tunnel from .* is refused: its proof is wrong$", said,
            "the worker's")
    screen(t, r'Last warnings: \d\d:', r' \S+ login: user "alice" from')


def changes(t):
    t.gw.set(resume_grace="9m")
    t.gw.write()
    equal(t.gw.json("status")["configuration"]["current"], False, "current")
    screen(t, "has changed since it was read; aditctl check, then")
    t.gw.ctl("reload")
    equal(t.gw.json("status")["configuration"]["current"], True, "reloaded")
