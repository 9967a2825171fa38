# SPDX-License-Identifier: BSD-2-Clause
"""A CA file instead of a pin: right, wrong CA, wrong name."""

from lib import pki
from lib.base import check, matches


def run(t):
    ca, other = pki.authority(t, "ours"), pki.authority(t, "other")
    cert, key = pki.certificate(t, ca, "vpn.example.org")
    t.resource("echo", t.echo())
    t.gw.set(certificate=cert, private_key=key)
    t.gw.start()
    agent = t.ag.conf["agent"]
    del agent["pin"]
    for why, file, name in (("wrong CA", other, "vpn.example.org"),
                            ("wrong name", ca, "www.example.org"),
                            ("system CAs", None, "vpn.example.org")):
        agent.update(ca=file, server_name=name)
        if not file:
            del agent["ca"]
        t.ag.write()
        status, text = t.ag.call("up")
        check(status == 1, f"{why}: exit status {status}: {text}")
        matches("sha256:[0-9a-f]{64}", text, f"{why}: no fingerprint")
    agent.update(ca=ca, server_name="vpn.example.org")
    t.ag.up()
    t.ag.wait_state("connected")
