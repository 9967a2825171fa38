# SPDX-License-Identifier: BSD-2-Clause
"""EPSV ALL, which OpenJDK says before each file: a server that answers it by 229,
with a port or without one, has announced nothing, and EPSV works behind it."""

from lib import ftp, ftp_talk
from lib.base import equal
from lib.parley import meets

ANSWERS = ("229 EPSV ALL Successful.", "229 Entering ALL (|||50000|)",
           "229-Entering\r\n229 ALL (|||50000|)")


def run(t):
    both = ftp_talk.Both(t, ftp.scripted(t))
    before = ftp.listeners(t)
    data = t.listen(t.server_ip)
    for answer in ANSWERS:
        text = both.ask("EPSV ALL", answer)
        equal(text, "200 Only EPSV from now on.", f"what {answer!r} becomes")
        ftp.nothing_opened(t, before)
        meets(both.passive(data, "EPSV"), data)
    both.idle()
    both.close()
