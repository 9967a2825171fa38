# SPDX-License-Identifier: BSD-2-Clause
"""Programs that connect, send a line and close at once."""

import os

from . import socks
from .base import equal
from .tcp import dial


def kernel_tells():
    """Whether the kernel keeps the user of a socket that is closed."""
    return tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 16)


def line(number):
    return b"%39d\n" % number


def send(times, here, there=None, uid=None):
    """Sends that many lines, as this user or another one; `here` is where to
    connect, or the SOCKS listener on the way to `there`."""
    # As bytes: for text Python loads a module, which that user may not reach.
    here = here[0].encode(), here[1]
    pid = os.fork()
    if not pid:
        try:
            if uid is not None:
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
            for number in range(times):
                _say(number, here, there)
            os._exit(0)
        finally:
            os._exit(1)
    equal(os.waitpid(pid, 0)[1], 0, "how the program ended")


def _say(number, here, there):
    try:
        with (socks.connect(here, *there)[1] if there else dial(here)) as sock:
            sock.sendall(line(number))
    except OSError:
        pass                    # refused before it had said anything
