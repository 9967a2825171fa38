# SPDX-License-Identifier: BSD-2-Clause
"""Keys that cannot be read, that others can read, that do not match."""

import os

from lib import pki
from lib.base import check, matches


def refused(t, what, *patterns):
    t.gw.write()
    out = t.run([t.tool("aditd"), "-c", t.gw.conf_file], check=False)
    for pattern in patterns:
        matches(pattern, out, what)
    check("PRIVATE" not in out, "the key is in the message")


def run(t):
    t.resource("echo", t.echo())
    gateway = t.gw.conf[t.gw.title]
    key = os.path.join(t.gw.dir, gateway["private_key"])
    os.chmod(key, 0o644)
    refused(t, "a world-readable key", r"key\.pem", r"(?i)chmod|others|mode")
    os.chmod(key, 0o600)
    ca = pki.authority(t, "ca")
    cert, other = pki.certificate(t, ca, "other.example")
    keep = dict(gateway)
    gateway["private_key"] = other
    refused(t, "a key of another certificate", "match")
    gateway.update(keep, private_key="tls/missing.pem")
    refused(t, "a missing key", r"missing\.pem", "(?i)no such file")
    gateway.update(keep, certificate=t.write("junk.pem", "junk\n"))
    refused(t, "a certificate that is none", r"junk\.pem")
    gateway.update(keep, users="tls/nousers")
    refused(t, "a missing users file", "nousers")
    gateway.update(keep)
    t.gw.start()
