# SPDX-License-Identifier: BSD-2-Clause
"""Mistakes in adit.ini: the message says file, line and what is wrong."""

from lib.adit import ini_text
from lib.base import check, matches

BAD = [
    ("@@[agnet]\n", "agnet.*agent"),
    ("@@gatway = x:1\n", "gatway.*gateway"),
    ("@@intercept = maybe\n", "maybe"),
    ("@@reverse = perhaps\n", "perhaps"),
    ("@@low_port_offset = -1\n", "-1"),
    ("@@socks = nowhere\n", "nowhere"),
    ("@@user = second\n", "user"),
    ("@@  user = indented\n", "indent|blank|space"),
    ("@@user = " + "x" * 300 + "\n", "long"),
    ("[listen x]\n@@adress = 127.0.0.1\n", "adress.*address"),
    ("[listen x]\n@@address = 10.0.0.300\n", "10.0.0.300"),
    ("[listen x]\naddress = 127.0.0.1\n@@port = 0x17\n", "0x17"),
    ("@@[listen]\naddress = 127.0.0.1\n", "name"),
]


def run(t):
    agent = t.ag
    t.gw.write()
    good = ini_text(agent.conf).rstrip() + "\n"
    for text, pattern in BAD:
        whole = good + text
        line = whole[:whole.index("@@")].count("\n") + 1
        with open(f"{agent.dir}/adit.ini", "w") as f:
            f.write(whole.replace("@@", ""))
        status, out = agent.call("up")
        check(status == 2, f"status {status} for {text!r}: {out}")
        matches(rf"adit\.ini:{line}: [^\n]*(?:{pattern})", out, repr(text))
        check(not agent.pid(), "an agent is running")
