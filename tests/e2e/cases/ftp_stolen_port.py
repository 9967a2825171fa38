# SPDX-License-Identifier: BSD-2-Clause
"""Another user of the machine, who finds the announced data port first, gets
RST and takes nothing from the one that it was announced to."""

from lib import ftp, ftp_talk
from lib.base import equal
from lib.parley import is_refused, meets

ROOT = True
NOBODY = 65534
TRY = """
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
    print("got", s.recv(9))
except ConnectionResetError:
    print("reset")
"""


def run(t):
    server = ftp.scripted(t)
    data = t.listen()
    both = ftp_talk.Both(t, server)
    for command in "PASV", "EPSV":
        addr = both.passive(data, command)
        for _ in range(3):
            args = ["/usr/bin/python3", "-c", TRY, addr[0], str(addr[1])]
            equal(t.run(args, user=NOBODY, group=NOBODY).strip(), "reset",
                  "what nobody gets")
        ftp.untouched(data)
        meets(addr, data)
        is_refused(addr, "used by its owner")
    both.idle()
