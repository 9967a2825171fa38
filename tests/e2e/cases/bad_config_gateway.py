# SPDX-License-Identifier: BSD-2-Clause
"""Mistakes in aditd.ini: `aditd -t` says file, line and what is wrong."""

import subprocess

from lib.adit import ini_text
from lib.base import check, matches

# A text, what the message must name.  The faulty line is marked with @@.
BAD = [
    ("@@[gatewey x]\n", "gatewey.*gateway"),
    ("@@[]\n", ""),
    ("@@[resource\n", ""),
    ("@@[resource]\n", "name"),
    ("@@hots = x\n", "hots.*host"),
    ("[resource x]\n@@hots = 10.0.0.1\nport = 1\n", "hots.*host"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = 70000\n", "70000"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = 9-5\n", "9-5"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = ten\n", "ten"),
    ("[resource x]\nhost = 10.0.0.1\n@@port =\n", "port"),
    ("[resource x]\nhost = 10.0.0.1\nport = 1\n@@host = 10.0.0.2\n", "host"),
    ("[resource x]\nhost = 10.0.0.1\nport = 1\n"
     "@@[resource x]\nhost = 10.0.0.2\nport = 1\n", "x"),
    ("@@[resource x]\nhost = any\nport = 1\n", "allow"),
    ("[resource x]\nhost = any\nport = 1\n@@allow = 10.0.0.0/33\n", "/33"),
    ("@@[resource x]\nhost = 10.0.0.1\n", "port"),
    ("@@[resource x]\n", "host|url|empty"),
    ("[resource x]\nhost = 10.0.0.1\nport = 1\n@@  plugin = ftp\n",
     "indent|blank|space"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = 1" + ", 2" * 200 + "\n",
     "long"),
    ("[resource x]\nhost = 10.0.0.1\nport = 1\n@@plugin = nothing\n",
     "nothing"),
    ("[resource x]\n@@url = gopher://x/\n", "gopher"),
    ("[group x]\nusers = *\n@@resources = missing\n", "missing"),
    ("@@no equals sign\n", ""),
    ("@@\x01\x1b[2J = 1\n", ""),
]


def run(t):
    gw = t.gw
    good = ini_text(gw.conf)
    for text, pattern in BAD:
        whole = good + text
        line = whole[:whole.index("@@")].count("\n") + 1
        with open(gw.conf_file, "w") as f:
            f.write(whole.replace("@@", ""))
        done = subprocess.run(
            [t.tool("aditd"), "-t", "-c", gw.conf_file], text=True,
            capture_output=True, timeout=20)
        out = done.stdout + done.stderr
        check(done.returncode == 2, f"status {done.returncode} for {text!r}")
        matches(rf"aditd\.ini:{line}: [^\n]*(?:{pattern})", out, repr(text))
        check("\x1b" not in out, f"a raw escape in {out!r}")
    with open(gw.conf_file, "w") as f:
        f.write(good)
    t.run([t.tool("aditd"), "-t", "-c", gw.conf_file])
