# SPDX-License-Identifier: BSD-2-Clause
"""Mistakes in adit.ini: the message says file, line and what is wrong."""

import re

from lib.adit import ini_text
from lib.base import check

BAD = [
    ("@@[agnet]\n", "agnet.*agent"),
    ("@@gatway = x:1\n", "gatway.*gateway"),
    ("@@intercept = maybe\n", "maybe"),
    ("@@reverse = perhaps\n", "perhaps"),
    ("@@low_port_offset = -1\n", "-1"),
    ("@@socks = nowhere\n", "nowhere"),
    ("@@user = second\n", "user"),
    ("@@  user = indented\n", "indent|blank|space"),
    ("@@user = " + "x" * 3000 + "\n", "duplicate key user"),
    ("[listen x]\n@@adress = 127.0.0.1\n", "adress.*address"),
    ("[listen x]\n@@address = 10.0.0.300\n", "10.0.0.300"),
    ("[listen x]\naddress = 127.0.0.1\n@@port = 0x17\n", "0x17"),
    ("@@[listen]\naddress = 127.0.0.1\n", "name"),
]


def run(t):
    t.gw.write()
    good = ini_text(t.ag.conf).rstrip() + "\n"
    wrong = [problem for text, pattern in BAD
             if (problem := complaint(t.ag, good + text, pattern))]
    check(not wrong, "\n".join(wrong))


def complaint(agent, text, pattern):
    """What is wrong with what adit says about a text; None if nothing."""
    line = text[:text.index("@@")].count("\n") + 1
    with open(f"{agent.dir}/adit.ini", "w") as f:
        f.write(text.replace("@@", ""))
    status, out = agent.call("up")
    check(not agent.pid(), "an agent is running")
    want = rf"adit\.ini:{line}: [^\n]*(?:{pattern})"
    if status == 2 and re.search(want, out):
        return None
    return (f"{text[text.index('@@'):][:60]!r}: status {status}, "
            f"/{want}/ not in: {out}")
