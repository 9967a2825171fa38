# SPDX-License-Identifier: BSD-2-Clause
"""One-time codes, by oathtool."""

import subprocess
import time

from .servers import program


def code(key, later=0):
    """The code of a secret, `later` seconds from now."""
    return oathtool("--totp", "-b", "-N", f"@{int(time.time()) + later}", key)


def wrong(key):
    """A code that is none of those of now."""
    right = [code(key, later) for later in (-30, 0, 30)]
    return next(w for w in ("000000", "111111", "222222", "333333")
                if w not in right)


def oathtool(*words):
    return subprocess.run([program("oathtool"), *words], check=True,
                          capture_output=True, text=True).stdout.strip()
