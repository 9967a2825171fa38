# SPDX-License-Identifier: BSD-2-Clause
"""A network that cannot be reached: RST, and the log says why."""

from types import SimpleNamespace

from lib.base import equal
from lib.tcp import dial_fate

DIRECT = True
NET = True


def run(t):
    for name, host in ("four", "10.66.0.1"), ("six", "2001:db8::1"):
        t.resource(name, SimpleNamespace(host=host, port=80))
    t.up()
    for name in "four", "six":
        try:
            end = dial_fate(t.at(name))
        except OSError as error:    # without adit: EHOSTUNREACH and the like
            reset = t.direct or isinstance(error, ConnectionResetError)
            end = "reset" if reset else str(error), b""
        equal(end, ("reset", b""), f"what the application sees ({name})")
    t.reason(r"(?i)unreachable|no route")
