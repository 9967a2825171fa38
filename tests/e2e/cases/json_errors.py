# SPDX-License-Identifier: BSD-2-Clause
"""With --json an error of aditctl is one object on standard output."""

import json
import subprocess

from lib.base import check, equal


def ask(t, *words):
    """(exit status, object, standard error)"""
    done = subprocess.run([t.tool("aditctl"), "--json", *words], text=True,
                          capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    return done.returncode, json.loads(done.stdout), done.stderr


def fails(t, status, code, *words):
    got, answer, err = ask(t, *words)
    equal((got, answer["code"], err), (status, code, ""), f"aditctl {words}")
    check(answer["error"] and not answer["error"].startswith("aditctl:"),
          answer)
    return answer["error"]


def run(t):
    t.gw.write()
    there = ["-c", t.gw.conf_file]
    fails(t, 2, "usage", "sesions")
    fails(t, 2, "usage", "sessions", "--no-such-option")
    fails(t, 2, "usage", *there, "kick")
    fails(t, 2, "config", "-c", t.path("none.ini"), "sessions")
    bad = t.write("bad.ini", "[server]\nthreads = many\nno_such = 1\n")
    text = fails(t, 2, "config", "-c", bad, "users")
    equal(len(text.splitlines()), 3, text)
    fails(t, 1, "not-running", *there, "sessions")
    t.gw.start()
    t.gw.set(no_such_key="1")
    t.gw.write()
    text = fails(t, 2, "refused", *there, "reload")
    check("no_such_key" in text, text)
    equal(ask(t, *there, "kick", "nobody"), (1, {"kicked": 0}, ""), "kick")
    # An answer that means failure stays one object.
    status, answer, _ = ask(t, *there, "why", "--as", "alice", "192.0.2.1:1")
    equal((status, "code" in answer), (1, False), answer)
