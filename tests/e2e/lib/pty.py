# SPDX-License-Identifier: BSD-2-Clause
"""A dialogue with a program on a terminal, as expect(1) leads it."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

from .base import Failure, kill, slowness, spawn


# What is called with the terminal as its standard input gets it as /dev/tty too.
ON_TERMINAL = ("import fcntl, os, sys, termios; "
               "fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
               "os.execvp(sys.argv[1], sys.argv[1:])")


class Dialogue:
    def __init__(self, t, args, within=20, env=None):
        self.within = within * slowness()
        self.fd, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, 80, 0, 0))
        self.process = spawn([sys.executable, "-c", ON_TERMINAL, *args],
                             stdin=slave, stdout=slave, stderr=slave, env=env,
                             start_new_session=True)
        os.close(slave)
        self.seen, self.all = "", ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        kill(self.process.pid)
        self.process.wait()
        os.close(self.fd)

    def say(self, line):
        os.write(self.fd, line.encode() + b"\r")

    def expect(self, text):
        """Reads until `text` comes; returns what came, text included."""
        end = time.monotonic() + self.within
        while text not in self.seen:
            left = end - time.monotonic()
            if left < 0 or not select.select([self.fd], [], [], left)[0]:
                raise Failure(f"no {text!r} after: {self.all[-1500:]!r}")
            try:
                more = os.read(self.fd, 65536)
            except OSError:     # the program has ended
                raise Failure(
                    f"ended before {text!r}: {self.all[-1500:]!r}") from None
            self.seen += more.decode(errors="replace")
            self.all += more.decode(errors="replace")
        head, _, self.seen = self.seen.partition(text)
        return head + text
