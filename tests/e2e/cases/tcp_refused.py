# SPDX-License-Identifier: BSD-2-Clause
"""A port that refuses: the application gets RST, the log says why."""

from lib.base import equal
from lib.tcp import dial_fate

DIRECT = True


def run(t):
    server = t.one_server()
    address = t.at("tcp")
    server.close()
    try:
        end = dial_fate(address)
    except (ConnectionRefusedError, ConnectionResetError):
        end = "reset", b""
    equal(end, ("reset", b""), "what the application sees")
    t.reason(r"(?i)refused")
