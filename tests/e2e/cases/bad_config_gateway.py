# SPDX-License-Identifier: BSD-2-Clause
"""Mistakes in aditd.ini: `aditd -t` says file, line and what is wrong."""

import re
import subprocess

from lib.adit import ini_text
from lib.base import check

# A text, what the message must name.  The faulty line is marked with @@.
BAD = [
    ("@@[gatewey x]\n", "gatewey.*gateway"),
    ("@@[]\n", ""),
    ("@@[resource\n", ""),
    ("@@[resource]\n", "name"),
    ("@@lisden = x\n", "lisden.*listen"),
    ("[resource x]\n@@hots = 10.0.0.1\nport = 1\n", "hots.*host"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = 70000\n", "70000"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = 9-5\n", "9-5"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = ten\n", "ten"),
    ("[resource x]\nhost = 10.0.0.1\n@@port =\n", "port"),
    ("[resource x]\nhost = 10.0.0.1\nport = 1\n@@host = 10.0.0.1\n", "10.0.0.1"),
    ("[resource x]\nhost = any\nport = 1\n@@host = 10.0.0.2\n", "host"),
    ("[resource x]\nurl = http://a/\n@@url = http://b/\n", "url"),
    ("[resource x]\nhost = 10.0.0.1\nport = 1\n"
     "@@[resource x]\nhost = 10.0.0.2\nport = 1\n", "x"),
    ("@@[resource x]\nhost = any\nport = 1\n", "allow"),
    ("[resource x]\nhost = any\nport = 1\n@@allow = 10.0.0.0/33\n", "/33"),
    ("@@[resource x]\nhost = 10.0.0.1\n", "port"),
    ("@@[resource x]\n", "host|url|empty"),
    ("[resource x]\nhost = 10.0.0.1\nport = 1\n@@  plugin = ftp\n",
     "indent|blank|space"),
    ("[resource x]\nhost = 10.0.0.1\n@@port = "
     + ", ".join(map(str, range(1, 200))) + ", 70000\n", "port = 70000: "),
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
    wrong = [problem for text, pattern in BAD
             if (problem := complaint(t, good + text, pattern))]
    gone = complaint(t, good.replace("\nusers = ", "\n@@users = gone-", 1),
                     "No such file.* aditctl passwd .* makes it")
    wrong += [gone] if gone else []
    check(not wrong, "\n".join(wrong))
    with open(gw.conf_file, "w") as f:
        f.write(good)
    t.run([t.tool("aditd"), "-t", "-c", gw.conf_file])


def complaint(t, text, pattern):
    """What is wrong with what aditd says about a text; None if nothing."""
    line = text[:text.index("@@")].count("\n") + 1
    with open(t.gw.conf_file, "w") as f:
        f.write(text.replace("@@", ""))
    done = subprocess.run([t.tool("aditd"), "-t", "-c", t.gw.conf_file],
                          text=True, capture_output=True, timeout=20)
    want = rf"aditd\.ini:{line}: [^\n]*(?:{pattern})"
    if (done.returncode == 2 and re.search(want, done.stderr)
            and "\x1b" not in done.stderr):
        return None
    return (f"{text[text.index('@@'):][:60]!r}: status {done.returncode}, "
            f"/{want}/ not in: {done.stderr}")
