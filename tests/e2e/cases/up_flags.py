# SPDX-License-Identifier: BSD-2-Clause
"""`up` needs no file: flags are enough, the password comes by stdin; a NAME
means NAME.ini; flags take precedence over the file."""

import json
import os
import subprocess

from lib.adit import PASSWORD, ini_text
from lib.base import check, equal, matches, show


def adit(t, *words, input=None):
    """Runs adit without -c, as a user does; (status, output)."""
    out = t.path("out")
    with open(out, "w") as f:
        done = subprocess.run([t.tool("adit"), *words], env=t.ag.env, text=True,
                              stdout=f, stderr=f, timeout=60, input=input)
    with open(out) as f:
        return done.returncode, f.read()


def profiles(t, home, where):
    """What adit list shows while `work` is up."""
    with open(f"{home}/aditd.ini", "w") as f:
        f.write("[server]\n")
    with open(f"{home}/bad.ini", "w") as f:
        f.write("[agent]\nuser = me\nusr = me\n")
    status, out = adit(t, "list", "--json")
    found = {p["name"]: p for p in json.loads(out)["profiles"]
             if p["files"] and p["files"][-1].startswith(home)}
    equal({n: p["state"] for n, p in found.items()},
          {None: "down", "work": "connected", "bad": "down"}, "states")
    equal((found["work"]["user"], found["work"]["gateway"],
           found["work"]["files"]), ("alice", where, [f"{home}/work.ini"]),
          "of work.ini")
    equal(found[None]["user"], "bob", "of adit.ini")
    matches("usr", found["bad"]["error"], "of bad.ini")
    status, out = adit(t, "list")
    matches(r"(?m)^work +connected", out, "adit list")
    os.remove(f"{home}/bad.ini")


def run(t):
    t.resource("echo", t.echo())
    t.gw.user("bob", "bob's word")
    t.gw.start()
    where = show((t.gw.host, t.gw.port))
    flags = ["--gateway", where, "--user", "alice", "--pin", t.gw.pin,
             "--password-stdin"]
    status, out = adit(t, "up", *flags, input=PASSWORD + "\n")
    equal(status, 0, f"up by flags: {out}")
    status, out = adit(t, "status")
    check(status == 0 and where in out and "alice" in out, out)
    equal(os.path.exists(f"{t.ag.dir}/adit/agent.sock"), True,
          "the socket in XDG_RUNTIME_DIR")
    equal(adit(t, "down")[0], 0, "down")

    home = f"{t.ag.dir}/config/adit"
    os.makedirs(home)
    for file, user in ("adit.ini", "bob"), ("work.ini", "alice"):
        agent = {"gateway": where, "user": user, "pin": t.gw.pin,
                 "password_file": f"{t.ag.dir}/password"}
        with open(f"{home}/{file}", "w") as f:
            f.write(ini_text({"agent": agent}))
    status, out = adit(t, "up", "work")
    equal(status, 0, f"up work: {out}")
    equal([s["user"] for s in t.gw.json("sessions")["sessions"]], ["alice"],
          "who logged in")
    equal(adit(t, "status", "work")[0], 0, "status work")
    profiles(t, home, where)
    equal(adit(t, "status")[0], 1, "status of the agent without a name")
    equal(adit(t, "down", "work")[0], 0, "down work")
    status, out = adit(t, "up", "--user", "alice")
    equal(status, 0, f"a flag goes before adit.ini: {out}")
    equal(adit(t, "down")[0], 0, "down")
    check(adit(t, "up", "nowhere")[0] == 2, "up NAME without NAME.ini")
