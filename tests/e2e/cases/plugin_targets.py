# SPDX-License-Identifier: BSD-2-Clause
"""Several targets are tried in order, names too; those outside policy never."""

from lib import parley
from lib.base import equal, free_port


class Place:
    def __init__(self, host, port):
        self.host, self.port = host, port


def run(t):
    far, deny = f"{t.net}.3", f"{t.net}.4"
    near = t.listen("127.0.0.1")
    server = parley.start(
        t, same_host="no", redirect_allow=f"{far}, {deny}/32, "
        f"127.0.0.1:{near.port}, *.invalid, localhost:1024")
    talk = parley.Dialogue(t, server)
    data, other = t.listen(), t.listen(far)
    dead = Place(t.server_ip, free_port(t.server_ip))

    parley.meets(talk.open(dead, data), data)
    parley.meets(talk.open(dead, dead, other), other)
    parley.meets(talk.open(other, data), other)
    # Of these one is forbidden, and was never asked.
    secret = t.listen(f"{t.net}.9")
    parley.meets(talk.open(secret, data), data)
    secret.sock.setblocking(False)
    try:
        secret.sock.accept()
        raise AssertionError("a forbidden target was connected to")
    except BlockingIOError:
        pass

    for line in (f"DATA {secret.host} {secret.port}",
                 f"DATA 127.0.0.1 {data.port}", "DATA 10.255.255.1 4000",
                 "DATA 169.254.169.254 8080", "DATA 0.0.0.0 4000"):
        equal(talk.ask("OPEN", line), "NO denied", line)
    for line in ("DATA", "DATA x", f"DATA {t.server_ip} 0",
                 f"DATA {t.server_ip} 65536", f"DATA {t.server_ip} 22",
                 f"DATA {t.server_ip} {data.port} junk"):
        equal(talk.ask("OPEN", line), "NO bad address", line)

    # All dead: the application's connection is reset, not left hanging.
    parley.is_refused(talk.open(dead, dead), "nobody is there")
    # Names are resolved before anything is announced, and checked then.
    parley.meets(talk.open(Place("localhost", near.port)), near)
    parley.meets(talk.open(Place("no-such-name.invalid", 4000), data), data)
    for line in (f"DATA localhost {data.port}", "DATA localhost 1024",
                 "DATA no-such-name.invalid 4000"):
        equal(talk.ask("OPEN", line), "NO denied", line)
    parley.meets(talk.open(data), data)
