# SPDX-License-Identifier: BSD-2-Clause
"""A certificate with another pin is refused; the message shows the one seen."""

from lib.base import check, matches


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    t.ag.conf["agent"]["pin"] = "sha256:" + "0" * 64
    t.ag.write()
    status, text = t.ag.call("up")
    check(status == 1, f"exit status {status}: {text}")
    check(t.gw.pin in text, f"the pin {t.gw.pin} is not shown: {text}")
    # What it means comes first, then the pin that was seen.
    matches("administrator made a new key.*somebody intercepts the .*Do not "
            f"go on.*ask the administrator.*{t.gw.pin}", text, "the message")
    check(not t.ag.pid(), "an agent is left running")
    t.ag.conf["agent"]["pin"] = t.gw.pin
    t.ag.up()
