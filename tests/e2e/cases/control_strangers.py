# SPDX-License-Identifier: BSD-2-Clause
"""The gateway's control socket answers its own user and root, nobody else, also
where modes let others connect."""

import os

from lib.base import equal, matches

ROOT = True
NOBODY = 65534
ASK = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
try:
    s.sendall(b'{"command": "stats"}\\n')
    print("heard", s.recv(100))
except (BrokenPipeError, ConnectionResetError):
    print("heard b''")
"""


def run(t):
    t.gw.start()
    control = t.gw.conf["server"]["control"]
    os.chmod(os.path.dirname(control), 0o755)
    os.chmod(control, 0o666)
    args = ["/usr/bin/python3", "-c", ASK, control]
    equal(t.run(args, user=NOBODY, group=NOBODY).strip(), "heard b''",
          "somebody else")
    t.gw.wait_log("refused a user who is neither root nor the user who")
    matches("heard b'.*places", t.run(args), "root")
