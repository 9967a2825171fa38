# SPDX-License-Identifier: BSD-2-Clause
"""Wrong commands and options end with status 2 and a word what to do."""

import subprocess

from lib.base import check, equal, matches


def run(t):
    conf = t.gw.conf_file
    t.gw.write()
    t.ag.write()
    agent = f"{t.ag.dir}/adit.ini"
    for name, args in (("aditd", ["--nonsense"]),
                       ("aditd", ["-c", conf, "extra"]),
                       ("aditd", ["-c", "/nonexistent/aditd.ini", "-t"]),
                       ("aditctl", ["-c", conf, "sesions"]),
                       ("aditctl", ["-c", conf]),
                       ("aditctl", ["-c", conf, "kick"]),
                       ("aditctl", ["init"]),
                       ("adit", ["-c", agent, "statsu"]),
                       ("adit", ["-c", agent]),
                       ("adit", ["-c", agent, "map", "one"]),
                       ("adit", ["-c", agent, "up", "--pin", "sha256:12"])):
        done = subprocess.run([t.tool(name), *args], text=True, timeout=20,
                              stdin=subprocess.DEVNULL, capture_output=True)
        what = f"{name} {' '.join(args)}: {done.returncode} {done.stderr}"
        check(done.returncode == 2, what)
        check(done.stderr.strip() and not done.stdout.strip(), what)
        check("\\x" not in done.stderr, what)
    said = t.run([t.tool("aditctl"), "help", "passwd"])
    matches("usage: aditctl passwd .*--groups", said, "help of a command")
    check("--offline" not in said, f"help of other commands: {said}")
    for words in ["passwd", "--help"], ["-h", "passwd"]:
        equal(t.run([t.tool("aditctl"), *words]), said, " ".join(words))
    for name in "adit", "aditctl", "aditd":
        equal(t.run([t.tool(name), "-V"]), t.run([t.tool(name), "--version"]),
              f"{name} -V")
    down = subprocess.run([t.tool("aditctl"), "-c", conf, "sessions"],
                          text=True, capture_output=True, timeout=20)
    check(down.returncode == 1, f"no daemon: status {down.returncode}")
    matches("aditd", down.stderr, "what to do without a daemon")
