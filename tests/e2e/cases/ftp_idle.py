# SPDX-License-Identifier: BSD-2-Clause
"""With keep_alive = no a control connection is not idle while data flows, and is
when it has ended."""

from lib import ftp
from lib.base import equal, wait_for
from lib.ftp_talk import Both
from lib.tcp import ask, dial


def run(t):
    idle = t.echo()
    t.gw.set(keep_alive="no", idle_timeout="2s")
    t.resource("idle", idle)
    both = Both(t, ftp.scripted(t))
    data = t.listen()
    app = dial(both.passive(data))
    far = data.accept()
    other = dial(t.at("idle"))
    ask(other)

    def other_is_gone():
        far.sendall(b"x")
        equal(app.recv(10), b"x", "data")
        return len(t.gw.json("channels")["channels"]) == 2

    # The other channel is as old as the control connection's last word.
    wait_for(other_is_gone, "an idle channel to end")
    both.ask("NOOP", "200 still here")
    app.close()
    far.close()
    wait_for(lambda: not t.gw.json("channels")["channels"],
             "the control connection to end")
