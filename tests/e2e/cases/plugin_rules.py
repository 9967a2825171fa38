# SPDX-License-Identifier: BSD-2-Clause
"""A plugin that does something it did not declare: its channel is reset with
the reason; others go on."""

from lib import parley
from lib.base import equal, matches

RULES = [
    ("REWRITE", "rewrote a message without ADIT_CAN_REWRITE"),
    ("DROP", "dropped a message without ADIT_CAN_REWRITE"),
    ("INJECT", "injected bytes without ADIT_CAN_INJECT"),
    ("FORWARD", "forward connection without ADIT_CAN_FORWARD"),
    ("REVERSE", "reverse connection without ADIT_CAN_REVERSE"),
    ("FLAG", "unknown expectation flag"),
    ("VERDICT", "unknown verdict"),
    ("COUNT", "a counter it has not declared"),
    ("KEY", "bad audit key"),
    ("CLOSE", "protocol"),
    ("X" * 300, "long"),
]


def run(t):
    parley.use(t, "greedy", "parley")
    server, other = t.listen(), t.listen()
    t.resource("ctl", server, plugin="greedy")
    t.resource("calm", other, plugin="parley")
    t.up()
    calm = parley.Dialogue(t, other, "calm")
    steady = parley.Dialogue(t, server)
    for count, (word, why) in enumerate(RULES, 1):
        talk = parley.Dialogue(t, server)
        equal(talk.ask("HELLO", "OK"), "OK", "an ordinary line")
        talk.app.say(word)
        equal(talk.app.fate(), ("reset", b""), f"{word}: the application")
        equal(talk.server.fate(), ("reset", b""), f"{word}: the server")
        t.gw.wait_log(r'evt=channel (?:.|\n)*' * count)
        last = [x for x in t.gw.log().splitlines() if "evt=channel" in x][-1]
        matches(why, last, word)
        matches(r"plugin=greedy ", last, word)
    equal(steady.ask("HELLO", "OK"), "OK", "a channel of the same plugin")
    equal(calm.ask("HELLO", "OK"), "OK", "another plugin's channel")
    # Text of the peer's or the plugin's cannot forge a line of the log.
    equal(steady.ask("AUDIT", "OK"), "OK", "a rule that is kept")
    steady.close()
    line = t.gw.wait_log(r"evt=channel .* said=.*")[0]
    matches(r'said="a [^"\n\x1b]*"$', line, "the audit line")
