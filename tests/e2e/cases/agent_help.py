# SPDX-License-Identifier: BSD-2-Clause
"""-h, help, -V and the help of each command; errors are JSON with --json."""

import json
import re
import subprocess

from lib.base import check, equal, matches


def run(t):
    t.ag.write()
    general = adit(t, "help")
    equal(adit(t, "-h"), general, "adit -h")
    equal(adit(t, "--help"), general, "adit --help")
    matches(r"^adit \d+\.\d+\.\d+$", adit(t, "-V"), "adit -V")
    equal(adit(t, "--version"), adit(t, "-V"), "adit --version")
    commands = re.findall(r"^  ([a-z]+) ", general, re.M)
    check({"up", "down", "status", "map", "help"} <= set(commands), general)
    for name in commands:
        text = adit(t, "help", name)
        matches(rf"^usage: adit {name}\b", text, f"adit help {name}")
        equal(adit(t, name, "--help"), text, f"adit {name} --help")
        equal(adit(t, "-h", name), text, f"adit -h {name}")
    matches(r"--pin sha256:HEX +\w", adit(t, "up", "-h"), "options explained")
    for line in general.splitlines() + adit(t, "help", "up").splitlines():
        check(len(line) <= 80, f"longer than 80 columns: {line}")

    for status, code, words in ((2, "usage", ["statsu"]),
                                (2, "usage", ["status", "--nonsense"]),
                                (2, "usage", ["map", "one"]),
                                (2, "usage", ["down", "--user", "me"]),
                                (2, "config", ["up", "--pin", "sha256:12"]),
                                (1, "not-running", ["resources"]),
                                (1, "not-running", ["start"])):
        out = adit(t, *words, "--json", status=status)
        error = json.loads(out)
        equal(sorted(error), ["code", "error"], f"the object of {words}")
        equal(error["code"], code, f"the code of {words}: {out}")


def adit(t, *words, status=0):
    """What adit prints on standard output; nothing else is printed."""
    done = subprocess.run([t.tool("adit"), "-c", f"{t.ag.dir}/adit.ini",
                           *words], env=t.ag.env, text=True, timeout=20,
                          stdin=subprocess.DEVNULL, capture_output=True)
    what = f"adit {' '.join(words)}: {done.returncode} {done.stderr}"
    equal((done.returncode, done.stderr), (status, ""), what)
    return done.stdout.rstrip("\n")
