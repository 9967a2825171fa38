# SPDX-License-Identifier: BSD-2-Clause
"""adit run: this machine's own servers are there, unless something inside
listens."""

from lib.base import equal

VARIANTS = "user", "root"

# Says hello to each address, and what comes back until the end.
ASK = """
import socket, sys
for where in sys.argv[1:]:
    host, _, port = where.rpartition(":")
    try:
        s = socket.create_connection((host, int(port)))
        s.sendall(b"hello")
        s.shutdown(socket.SHUT_WR)
        print(b"".join(iter(lambda: s.recv(99), b"")).decode())
    except OSError as error:
        print(type(error).__name__)
"""
INSIDE = """
import socket, threading
s = socket.create_server(("127.0.0.1", PORT))
def serve():
    c = s.accept()[0]
    while c.recv(99):
        pass
    c.sendall(b"from inside")
    c.close()
threading.Thread(target=serve, daemon=True).start()
"""


def run(t, who):
    # Not at the addresses of this case: those the gateway could reach too.
    four = t.echo("127.0.0.1")
    six = t.echo("::1")
    closed = t.listen("127.0.0.1")
    closed.close()
    t.agent(uid=65534 if who == "user" else None)
    t.up()
    where = [f"127.0.0.1:{four.port}", f"::1:{six.port}",
             f"127.0.0.1:{closed.port}"]
    equal(t.ag.run("/usr/bin/python3", "-c", ASK, *where),
          (0, "hello\nhello\nConnectionRefusedError\n"), "on the host")
    equal(t.ag.run("/usr/bin/python3", "-c",
                   INSIDE.replace("PORT", str(four.port)) + ASK, *where[:2]),
          (0, "from inside\nhello\n"), "one inside wins")
    equal([r["hold"] for r in t.ag.status()["runs"]], [], "runs that are left")
