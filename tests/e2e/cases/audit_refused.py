# SPDX-License-Identifier: BSD-2-Clause
"""The audit line of a refused connection names the host and port that were
asked for."""

import re

from lib import socks
from lib.base import equal

ASKED = [                       # host and port, as the line has them
    ("10.1.2.3", 77, "10.1.2.3:77"),
    ("fd00:1::3", 78, "[fd00:1::3]:78"),
    ("nowhere.example", 79, "nowhere.example:79"),
]


def run(t):
    mail, secret = t.echo(), t.echo()
    t.resource("mail", mail)
    t.resource("secret", secret)
    t.gw.conf["group everyone"] = {"users": "nobody", "resources": "secret"}
    t.gw.conf["group sales"] = {"users": "alice", "resources": "mail"}
    proxy = t.ag.socks()
    t.up()
    mine = (secret.host, secret.port, f"{secret.host}:{secret.port}")
    for host, port, text in [*ASKED, mine]:
        equal(socks.refused(proxy, host, port), socks.NOT_ALLOWED, host)
        t.gw.wait_log(rf"evt=channel .*user=alice .*"
                      rf"destination={re.escape(text)} .*"
                      rf"reason=\"denied")
